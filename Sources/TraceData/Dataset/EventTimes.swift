/// Searches in the times of a data set's events without holding them all.
struct EventTimes {
  private let dataset: TraceDataset

  init(_ dataset: TraceDataset) { self.dataset = dataset }

  /// The time of the event that `rank` others come before: a cut there has `rank` events on its left,
  /// or fewer where some have the same time.
  ///
  /// Each pass over the events counts them into 65,536 intervals of the range that is left.
  func quantile(_ rank: Int) throws(TraceDataError) -> UInt64 {
    guard var range = try dataset.timeSpan() else { return 0 }
    if rank >= dataset.eventCount { return range.upperBound &+ 1 }
    var rank = max(0, rank)
    while range.lowerBound < range.upperBound {
      let width = (range.upperBound - range.lowerBound) / 65_536 + 1
      var counts = [Int](repeating: 0, count: 65_536)
      try dataset.forEachTimeBlock { _, times in
        for time in times where range.contains(time) {
          counts[Int((time - range.lowerBound) / width)] += 1
        }
      }
      var bin = 0
      while bin < counts.count - 1, counts[bin] <= rank {
        rank -= counts[bin]
        bin += 1
      }
      let low = range.lowerBound + UInt64(bin) * width
      let (end, overflow) = low.addingReportingOverflow(width - 1)
      range = low...(overflow ? range.upperBound : min(range.upperBound, end))
    }
    return range.lowerBound
  }

  /// The first of a sequence's events at or after `time`; the end where there is none.
  func firstEvent(in events: Range<Int>, notBefore time: UInt64) throws(TraceDataError) -> Int {
    var start = events.lowerBound
    while start < events.upperBound {
      let block = start..<min(events.upperBound, start + TraceDataset.blockLength)
      if let offset = try dataset.times(in: block).firstIndex(where: { $0 >= time }) {
        return start + offset
      }
      start = block.upperBound
    }
    return events.upperBound
  }
}
