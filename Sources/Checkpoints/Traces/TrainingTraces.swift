import TraceData

/// What training needs of recorded traces: `TraceDataset` gives it, and so do arrays in memory.
///
/// May be asked from any thread.
public protocol TrainingTraces: Sendable {
  /// State ids and names by the index that the events use; entry 0 is the unknown state.
  var vocabulary: [VocabularyEntry] { get }
  /// How many sequences there are.
  var sequenceCount: Int { get }
  /// The events of a sequence, as a range over all events; sequences follow each other without gap.
  func events(of sequence: Int) -> Range<Int>
  /// Whether somebody labelled the sequence an attack.
  func isAttack(_ sequence: Int) -> Bool
  /// The sequence this one was forked from, a lower index, and how many events that one had then.
  func parent(of sequence: Int) -> SequenceParent?
  /// The states of a range of events, as vocabulary indices.
  func states(in events: Range<Int>) throws(TraceDataError) -> [UInt32]
}

extension TrainingTraces {
  /// How many events all sequences have together.
  public var eventCount: Int {
    sequenceCount == 0 ? 0 : events(of: sequenceCount - 1).upperBound
  }

  /// Hands all states of `range` to `body` in slices that fit into memory; the next slice is read
  /// while `body` has one.
  package func forEachSlice(
    of range: Range<Int>, _ body: (Range<Int>, [UInt32]) -> Void
  ) throws(TraceDataError) {
    // A few chunks of what the data set's writer writes, ending where they do.
    let length = 1 << 18
    func slice(from start: Int) -> Range<Int>? {
      start < range.upperBound
        ? start..<min((start / length + 1) * length, range.upperBound) : nil
    }
    guard var current = slice(from: range.lowerBound) else { return }
    var states = try states(in: current)
    while let next = slice(from: current.upperBound) {
      let ahead = Background { () throws(TraceDataError) in try self.states(in: next) }
      body(current, states)
      states = try ahead.value()
      current = next
    }
    body(current, states)
  }

  /// Hands the states of every sequence to `body`, in order; those of a long one in pieces.
  package func forEachRun(
    _ body: (_ sequence: Int, _ events: Range<Int>, _ states: ArraySlice<UInt32>) -> Void
  ) throws(TraceDataError) {
    var sequence = 0
    try forEachSlice(of: 0..<eventCount) { slice, states in
      var start = slice.lowerBound
      while start < slice.upperBound {
        while events(of: sequence).upperBound <= start { sequence += 1 }
        let end = min(events(of: sequence).upperBound, slice.upperBound)
        body(
          sequence, start..<end, states[start - slice.lowerBound..<end - slice.lowerBound])
        start = end
      }
    }
  }
}
