import Foundation
import ModelFormat
import Scoring

/// How thresholds follow from the scores of normal data.
public enum ThresholdChoice: Equatable, Sendable {
  /// A multiple, over 0, of the largest score on the calibration data: the article's rule, with 2.
  case multipleOfLargest(Double)
  /// A fixed number of nats, over 0.
  case fixed(Double)
  /// What the share, over 0 and at most 1, of all processes stays under: the quantile of their largest
  /// scores by networks that had not seen them.
  case quantile(Double)
  /// So many false alarms a day, over 0, all channels together, extrapolated from such scores.
  case falseAlarmsPerDay(Double)

  /// The threshold of one channel, rounded up to a unit.
  ///
  /// - Throws: what no threshold can be made of.
  func threshold(_ data: ThresholdData) throws(ThresholdError) -> Surprise {
    let units: Double =
      switch self {
      case .multipleOfLargest(let multiple): Double(data.largest.units) * multiple
      case .fixed(let nats): nats * Double(Surprise.unitsPerNat)
      case .quantile(let q): Double(try data.outOfFoldQuantile(q).units)
      case .falseAlarmsPerDay(let count):
        try data.level(falseAlarmsPerDay: count) * Double(Surprise.unitsPerNat)
      }
    guard units >= 1 else { throw .zero }
    // Over which no score can be; the tail's level may be infinite.
    guard units.rounded(.up) < Double(Surprise.cap.units) else {
      throw .unreachable(units / Double(Surprise.unitsPerNat))
    }
    return Surprise(units: UInt32(units.rounded(.up)))
  }

  /// How a blob names the rule.
  var rule: ThresholdRule {
    switch self {
    case .multipleOfLargest: .multiple
    case .fixed: .fixed
    case .quantile: .outOfFoldQuantile
    case .falseAlarmsPerDay: .falseAlarmsPerDay
    }
  }

  /// The rule's number.
  var parameter: Float {
    switch self {
    case .multipleOfLargest(let value), .fixed(let value), .quantile(let value),
      .falseAlarmsPerDay(let value):
      Float(value)
    }
  }

  /// Whether it takes scores of data not trained on.
  public var needsOutOfFoldScores: Bool {
    switch self {
    case .multipleOfLargest, .fixed: false
    case .quantile, .falseAlarmsPerDay: true
    }
  }

  /// As it is written after `--rule`.
  public var name: String {
    switch self {
    case .multipleOfLargest(2): "article"
    case .multipleOfLargest(let value): "max:\(value)"
    case .fixed(let value): "fixed:\(value)"
    case .quantile(let value): "quantile:\(value)"
    case .falseAlarmsPerDay(let value): "false-alarms:\(value)"
    }
  }

  /// Whether there can be scores under and over so many nats.
  public static func isThreshold(_ nats: Double) -> Bool {
    (try? fixed(nats).threshold(ThresholdData(largest: .cap))) != nil
  }

  /// Whether a blob can hold the number: over 0 and finite as a Float too.
  public static func isParameter(_ value: Double) -> Bool {
    Float(value).isFinite && Float(value) > 0
  }

  /// Reads what `name` writes; nil for anything else and for numbers out of range.
  public init?(name: String) {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if name == "article" {
      self = .multipleOfLargest(2)
      return
    }
    guard parts.count == 2, let value = Double(parts[1]), Self.isParameter(value) else {
      return nil
    }
    switch parts[0] {
    case "max": self = .multipleOfLargest(value)
    case "fixed": self = .fixed(value)
    case "quantile" where value <= 1: self = .quantile(value)
    case "false-alarms": self = .falseAlarmsPerDay(value)
    default: return nil
    }
  }
}

/// What a channel's threshold is made of.
struct ThresholdData {
  /// The largest score on the calibration data.
  let largest: Surprise
  /// The largest out-of-fold scores of independent parts of the data, where there are any.
  var outOfFold: [Surprise]?
  /// How often the largest score of an independent part is over any level; nil for too few parts.
  var peaks: PeaksOverThreshold?
  /// How many such parts a day has.
  var peaksPerDay: Double?
  /// By how many channels the false alarms are shared.
  var channelCount = 1

  func outOfFoldQuantile(_ q: Double) throws(ThresholdError) -> Surprise {
    guard let outOfFold else { throw .noOutOfFoldScores }
    return quantile(outOfFold, q) ?? Surprise(units: 0)
  }

  func level(falseAlarmsPerDay count: Double) throws(ThresholdError) -> Double {
    guard outOfFold != nil else { throw .noOutOfFoldScores }
    guard let peaks else { throw .tooFewPeaks(needed: 2 * PeaksOverThreshold.smallestTail) }
    guard let peaksPerDay else { throw .noEventRate }
    let share = count / Double(channelCount) / peaksPerDay
    return share < 1 ? peaks.level(share: share) : peaks.peaks[0]
  }
}

/// Why no threshold came out.
public enum ThresholdError: Error, Equatable {
  /// Every score of the calibration data is 0: there is nothing to multiply.
  case zero
  /// The rule is about data not seen in training, and there are no scores of such.
  case noOutOfFoldScores
  /// Fewer independent parts than a tail can be fitted to.
  case tooFewPeaks(needed: Int)
  /// Neither the data nor anybody says how many events a day has.
  case noEventRate
  /// A threshold that no score is over, because a surprise is at most 27.6 nats.
  case unreachable(Double)
}

extension ThresholdError: CustomStringConvertible {
  /// The fact and what to do.
  public var description: String {
    switch self {
    case .zero: "the threshold would be 0; give one with --rule fixed:NATS"
    case .noOutOfFoldScores:
      "the rule needs scores of data not trained on; make them with mle-trainer calibrate and name them"
        + " with --calibration"
    case .tooFewPeaks(let needed):
      "has fewer than the \(needed) independent processes that a rate of false alarms takes; record more"
    case .noEventRate: "has no times to tell a day's events by; give --events-per-day"
    case .unreachable(let nats):
      "the threshold would be \(nats.formatted(decimals: 1)) nats, which no score can be over; choose another"
        + " rule, or data of what the network has learned"
    }
  }
}
