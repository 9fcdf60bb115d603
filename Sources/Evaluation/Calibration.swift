import ModelFormat
import Scoring

/// Every score of the calibration data, from which a threshold is made.
public struct CalibrationScores {
  /// One score an event, in units of 2^-24 nats, rounded up.
  private var units: [UInt32] = []
  private var sortedUnits: [UInt32]?
  /// Events scored.
  public var count: Int { units.count }

  /// All scores in the order in which they were added, rounded up to whole units.
  public var all: some Sequence<Surprise> { units.lazy.map { Surprise(units: $0) } }

  /// No scores yet.
  public init() {}

  /// Takes one score.
  public mutating func add(_ score: Score) {
    units.append(UInt32(clamping: score.unitsRoundedUp))
    sortedUnits = nil
  }

  /// The largest score; 0 where there is none.
  public var largest: Surprise { Surprise(units: units.max() ?? 0) }

  /// The least score that at least the share `q` of all scores, in 0...1, is not over.
  public mutating func quantile(_ q: Double) -> Surprise {
    guard !units.isEmpty else { return Surprise(units: 0) }
    let sorted = sortedUnits ?? units.sorted()
    sortedUnits = sorted
    let rank = Int((q * Double(sorted.count)).rounded(.up))
    return Surprise(units: sorted[min(max(rank, 1), sorted.count) - 1])
  }
}

/// How a threshold follows from the scores of the calibration data.
public enum ThresholdChoice: Equatable, Sendable {
  /// A multiple, over 0, of the largest score: the article's rule, with 2.
  case multipleOfLargest(Double)
  /// A fixed number of nats, over 0.
  case fixed(Double)
  /// A quantile, in 0..<1 or 1 for the largest score.
  case quantile(Double)

  /// The threshold in units of 2^-24 nats, rounded up.
  ///
  /// - Throws: `.zero` where nothing in the data surprised, `.tooLarge` at 256 nats and more.
  public func threshold(_ scores: inout CalibrationScores) throws(ThresholdError) -> Surprise {
    let units: Double =
      switch self {
      case .multipleOfLargest(let multiple): Double(scores.largest.units) * multiple
      case .fixed(let nats): nats * Double(Surprise.unitsPerNat)
      case .quantile(let q): Double(scores.quantile(q).units)
      }
    guard units >= 1 else { throw .zero }
    guard units < 4_294_967_296 else { throw .tooLarge(units / Double(Surprise.unitsPerNat)) }
    return Surprise(units: UInt32(units.rounded(.up)))
  }
}

/// Why no threshold came out.
public enum ThresholdError: Error, Equatable {
  /// Every score of the calibration data is 0: there is nothing to multiply.
  case zero
  /// So many nats do not fit; a surprise is at most 27.6.
  case tooLarge(Double)
}

extension ThresholdError: CustomStringConvertible {
  /// The fact and what to do.
  public var description: String {
    switch self {
    case .zero: "the threshold would be 0; give one with --threshold"
    case .tooLarge(let nats): "a threshold of \(nats) nats is over 255; choose a smaller one"
    }
  }
}
