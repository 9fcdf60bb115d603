/// A labelled stretch of time.
public struct LabelledInterval: Equatable, Sendable {
  /// The first nanosecond.
  public let start: UInt64
  /// The last nanosecond, included.
  public let end: UInt64
  /// What it was.
  public let label: TraceLabel
  /// What happened then, e.g. `inj_id`.
  public let name: String

  /// - Precondition: `start <= end`.
  public init(start: UInt64, end: UInt64, label: TraceLabel, name: String) {
    precondition(start <= end)
    self.start = start
    self.end = end
    self.label = label
    self.name = name
  }
}
