/// Whether what happened is known to be normal.
public enum TraceLabel: UInt8, Sendable {
  case normal = 0
  case attack = 1
  case unlabelled = 255
}

/// Where a forked sequence continues from.
public struct SequenceParent: Equatable, Sendable {
  /// Index of the sequence it was forked from.
  public let sequence: Int
  /// How many events that one had before the fork.
  public let events: Int

  /// A fork after `events` events of `sequence`.
  public init(sequence: Int, events: Int) {
    self.sequence = sequence
    self.events = events
  }
}

/// What is known of one sequence besides its events.
public struct SequenceEntry: Equatable, Sendable {
  /// Process id.
  public var pid: UInt32
  /// Thread id.
  public var tid: UInt32
  /// Nanoseconds of the source's clock; 0 where there is none.
  public var start: UInt64
  /// Normal, attack or not known.
  public var label: TraceLabel
  /// The program's name at the end of the sequence.
  public var name: String
  /// Where it was forked from.
  public var parent: SequenceParent?

  /// An entry.
  public init(
    pid: UInt32, tid: UInt32, start: UInt64 = 0, label: TraceLabel = .unlabelled,
    name: String = "", parent: SequenceParent? = nil
  ) {
    self.pid = pid
    self.tid = tid
    self.start = start
    self.label = label
    self.name = name
    self.parent = parent
  }
}
