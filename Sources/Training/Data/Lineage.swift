import Checkpoints

/// The events a thread has behind it, its ancestors' before the forks included.
struct Lineage: Equatable {
  /// Oldest first; none is empty.
  var ranges: [Range<Int>] = []
  /// Whether fewer events than asked for lie behind: what came before the first is unknown.
  var startsAnew = false

  /// The last `count` events before `event`, which is one of `sequence` or just past its end.
  init(before event: Int, of sequence: Int, count: Int, in traces: some TrainingTraces) {
    var (sequence, end, missing) = (sequence, event, count)
    while true {
      let start = max(traces.events(of: sequence).lowerBound, end - missing)
      if start < end { ranges.append(start..<end) }
      missing -= end - start
      if missing == 0 { break }
      guard let parent = traces.parent(of: sequence) else {
        startsAnew = true
        break
      }
      sequence = parent.sequence
      end = traces.events(of: sequence).lowerBound + parent.events
    }
    ranges.reverse()
  }
}
