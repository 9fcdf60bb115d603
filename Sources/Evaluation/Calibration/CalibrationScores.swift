import ModelFormat
import Scoring

/// Every score of the calibration data, from which a threshold is made.
public struct CalibrationScores {
  /// One score an event, in units of 2^-24 nats, rounded up.
  private var units: [UInt32] = []
  /// Events scored.
  public var count: Int { units.count }

  /// All scores in the order in which they were added, rounded up to whole units.
  public var all: some Sequence<Surprise> { units.lazy.map { Surprise(units: $0) } }

  /// No scores yet.
  public init() {}

  /// These scores, in units of 2^-24 nats.
  init(_ units: [UInt32]) { self.units = units }

  /// Takes one score.
  public mutating func add(_ score: Score) {
    units.append(UInt32(clamping: score.unitsRoundedUp))
  }

  /// The largest score; 0 where there is none.
  public var largest: Surprise { Surprise(units: units.max() ?? 0) }

  /// The least score that at least the share `q` of all scores, in 0...1, is not over.
  public func quantile(_ q: Double) -> Surprise {
    Surprise(units: Evaluation.quantile(units, q) ?? 0)
  }
}
