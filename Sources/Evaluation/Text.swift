import Foundation
import ModelFormat
import Scoring

extension Score {
  /// In nats; 0 over no event. Of two scores, the larger one never has the smaller number: where it is
  /// rounded at all, that is once for the part below a unit and once for the sum.
  public var exactNats: Double {
    guard weight > 0 else { return 0 }
    let (units, rest) = sum.quotientAndRemainder(dividingBy: UInt64(weight))
    return (Double(units) + Double(rest) / Double(weight)) / Double(Surprise.unitsPerNat)
  }
}

extension Surprise {
  /// In nats, without the rounding of a `Float`.
  public var exactNats: Double { Double(units) / Double(Surprise.unitsPerNat) }

  /// In nats, with three decimals.
  public var text: String { String(format: "%.3f", exactNats) }
}

extension Double {
  /// With so many decimals.
  func formatted(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

extension DetectionChannel {
  /// `window 10` or `ewma 400`.
  public var name: String {
    switch kind {
    case .window: "window \(length)"
    case .ewma: "ewma \(length)"
    }
  }
}

extension ThresholdRule {
  /// What its parameter is.
  public var name: String {
    switch self {
    case .multiple: "multiple of the largest score"
    case .fixed: "fixed"
    case .quantile: "quantile"
    case .outOfFoldQuantile: "quantile of out-of-fold processes"
    case .falseAlarmsPerDay: "false alarms a day"
    }
  }
}

extension Precision {
  /// As `mle-export --precision` has it.
  public var name: String {
    switch self {
    case .float32: "float32"
    case .int8: "int8"
    }
  }
}

extension QuantizationCertificate {
  /// In a line, for people.
  public var text: String {
    "int8 scores differ from float32's by \(meanDifference.text) nats on average,"
      + " \(largestDifference.text) at most (\(differenceOfThreshold.formatted(decimals: 3)) of the"
      + " threshold); \(differentVerdicts) of \(scores) verdicts differ"
  }
}

extension Architecture {
  /// In a line, for people.
  public var summary: String {
    switch self {
    case .tcn(let shape):
      let dilations = (0..<shape.dilations.count).map { "\(shape.dilations[$0])" }
      return "tcn, \(shape.vocabularySize) states, \(shape.channels)"
        + " \(shape.activation == .gated ? "gated" : "ReLU") channels, kernel \(shape.kernelWidth),"
        + " dilations \(dilations.joined(separator: " "))\(shape.isTied ? ", tied head" : "")"
    case .windowCNN(let shape):
      return "window-cnn, \(shape.vocabularySize) states, window of \(shape.windowLength) events"
    }
  }
}

extension String {
  /// With spaces behind it.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// With spaces before it.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
