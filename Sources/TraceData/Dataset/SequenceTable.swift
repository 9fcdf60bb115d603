/// All sequences of a data set, in order of their start; parents come before their children.
public struct SequenceTable: Equatable, Sendable {
  private let offsets: [Int]
  private let entries: [SequenceEntry]

  init(offsets: [Int], entries: [SequenceEntry]) {
    self.offsets = offsets
    self.entries = entries
  }

  /// How many sequences there are.
  public var count: Int { entries.count }
  /// All that is known of a sequence.
  public subscript(sequence: Int) -> SequenceEntry { entries[sequence] }
  /// Where the sequence's events are among all events.
  public func events(of sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }
  /// Its process id.
  public func pid(_ sequence: Int) -> UInt32 { entries[sequence].pid }
  /// Its thread id.
  public func tid(_ sequence: Int) -> UInt32 { entries[sequence].tid }
  /// When it started, in nanoseconds.
  public func start(_ sequence: Int) -> UInt64 { entries[sequence].start }
  /// Whether it is known to be normal.
  public func label(_ sequence: Int) -> TraceLabel { entries[sequence].label }
  /// Its program's name.
  public func name(_ sequence: Int) -> String { entries[sequence].name }
  /// Where it was forked from, if it was.
  public func parent(of sequence: Int) -> SequenceParent? { entries[sequence].parent }
}
