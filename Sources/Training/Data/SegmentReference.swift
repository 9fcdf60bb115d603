/// Where a segment lies: `count` events of one sequence, to be predicted from what came before.
struct SegmentReference: Equatable {
  /// Index of the sequence.
  var sequence: Int32
  /// How many events.
  var count: Int32
  /// The first of them, counted over all events.
  var start: Int

  /// The events whose states are the targets.
  var targets: Range<Int> { start..<start + Int(count) }

  /// Cuts `events` into the fewest segments of at most `length` events, all about equally long.
  static func cut(_ events: Range<Int>, of sequence: Int, length: Int) -> [SegmentReference] {
    let parts = (events.count + length - 1) / length
    return (0..<parts).map { part in
      let start = events.lowerBound + part * events.count / parts
      let end = events.lowerBound + (part + 1) * events.count / parts
      return SegmentReference(sequence: Int32(sequence), count: Int32(end - start), start: start)
    }
  }
}
