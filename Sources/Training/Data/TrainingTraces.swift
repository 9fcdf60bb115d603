import TraceData

/// What training needs of recorded traces: `TraceDataset` gives it, and so do arrays in memory.
public protocol TrainingTraces {
  /// State ids and names by the index that the events use; entry 0 is the unknown state.
  var vocabulary: [VocabularyEntry] { get }
  /// How many sequences there are.
  var sequenceCount: Int { get }
  /// The events of a sequence, as a range over all events; sequences follow each other without gap.
  func events(of sequence: Int) -> Range<Int>
  /// Whether somebody labelled the sequence an attack.
  func isAttack(_ sequence: Int) -> Bool
  /// The sequence this one was forked from, a lower index, and how many events that one had then.
  func parent(of sequence: Int) -> (sequence: Int, events: Int)?
  /// The states of a range of events, as vocabulary indices.
  func states(in events: Range<Int>) throws(TraceDataError) -> [UInt32]
}

extension TrainingTraces {
  /// How many events all sequences have together.
  public var eventCount: Int {
    sequenceCount == 0 ? 0 : events(of: sequenceCount - 1).upperBound
  }

  /// Hands all states of `range` to `body` in slices that fit into memory.
  func forEachSlice(
    of range: Range<Int>, _ body: (Range<Int>, [UInt32]) -> Void
  ) throws(TraceDataError) {
    let sliceLength = 1 << 18
    var start = range.lowerBound
    while start < range.upperBound {
      let slice = start..<min(start + sliceLength, range.upperBound)
      body(slice, try states(in: slice))
      start = slice.upperBound
    }
  }
}
