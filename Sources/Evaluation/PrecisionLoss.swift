import ModelFormat
import Scoring

extension QuantizationCertificate {
  /// Compares the scores of an int8 network with those of the float32 network it was made of.
  ///
  /// - Parameter threshold: the int8 network's.
  init(
    _ scores: [Surprise], threshold: Surprise, float32: [Surprise],
    float32Threshold: Surprise
  ) {
    var (largest, sum, different) = (UInt32(0), UInt64(0), UInt64(0))
    for (score, reference) in zip(scores, float32) {
      let difference =
        score > reference ? score.units - reference.units : reference.units - score.units
      largest = max(largest, difference)
      sum += UInt64(difference)
      if (score > threshold) != (reference > float32Threshold) { different += 1 }
    }
    let count = UInt64(max(scores.count, 1))
    self.init(
      largestDifference: Surprise(units: largest),
      meanDifference: Surprise(units: UInt32((sum + count - 1) / count)),
      float32Maximum: float32.max() ?? Surprise(units: 0), float32Threshold: float32Threshold,
      scores: UInt64(scores.count), differentVerdicts: different)
  }

  /// Of several channels: the differences and the threshold of the one that differs most for its
  /// threshold, and the verdicts of all; nil without a channel.
  static func worst(of channels: [QuantizationCertificate]) -> QuantizationCertificate? {
    var worst = channels.max { $0.differenceOfThreshold < $1.differenceOfThreshold }
    worst?.scores = channels.reduce(0) { $0 + $1.scores }
    worst?.differentVerdicts = channels.reduce(0) { $0 + $1.differentVerdicts }
    return worst
  }

  /// The largest difference of two scores as a share of the float32 network's threshold.
  public var differenceOfThreshold: Double {
    Double(largestDifference.units) / Double(float32Threshold.units)
  }
}

/// An int8 network would find other things than the float32 network it is made of.
public struct PrecisionLoss: Error {
  /// What the comparison showed.
  public let certificate: QuantizationCertificate
  /// The largest difference of two scores that was allowed, as a share of the threshold.
  public let allowed: Double
}

extension PrecisionLoss: CustomStringConvertible {
  /// The fact and what to do.
  public var description: String {
    "scores in int8 are up to \(certificate.largestDifference.text) nats from those in float32,"
      + " \(certificate.differenceOfThreshold.formatted(decimals: 3)) of the threshold, and \(allowed) is allowed;"
      + " stay with --precision float32 or raise --max-difference"
  }
}
