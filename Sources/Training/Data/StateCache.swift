import Checkpoints
import TraceData

/// Model states of parts of the data set, in memory.
///
/// What is asked for and not there is read from the data set; that is the past of a few segments
/// only, those of forked threads whose parent's events were not loaded.
struct StateCache<Traces: TrainingTraces>: Sendable {
  private let traces: Traces
  private let modelState: [UInt16]
  private var ranges: [Range<Int>] = []
  private var states: [[UInt16]] = []

  /// Nothing is loaded.
  init(traces: Traces, vocabulary: ModelVocabulary) {
    self.traces = traces
    modelState = vocabulary.modelState
  }

  /// One that has `wanted` in memory and nothing else.
  ///
  /// - Parameter wanted: in increasing order of their start; they may overlap.
  func loading(_ wanted: [Range<Int>]) throws(TraceDataError) -> StateCache {
    var cache = self
    cache.ranges = []
    cache.states = []
    for range in wanted {
      if let last = cache.ranges.last, range.lowerBound <= last.upperBound {
        cache.ranges[cache.ranges.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        cache.ranges.append(range)
      }
    }
    for range in cache.ranges {
      var loaded: [UInt16] = []
      loaded.reserveCapacity(range.count)
      try traces.forEachSlice(of: range) { _, slice in
        for state in slice { loaded.append(modelState[Int(state)]) }
      }
      cache.states.append(loaded)
    }
    return cache
  }

  /// Appends the states of `events` to `output`.
  func append(_ events: Range<Int>, to output: inout [UInt16]) throws(TraceDataError) {
    if let index = indexOfRange(containing: events) {
      let base = ranges[index].lowerBound
      output.append(contentsOf: states[index][events.lowerBound - base..<events.upperBound - base])
    } else {
      for state in try traces.states(in: events) { output.append(modelState[Int(state)]) }
    }
  }

  private func indexOfRange(containing events: Range<Int>) -> Int? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= events.lowerBound { low = middle + 1 } else { high = middle }
    }
    guard low < ranges.count, ranges[low].lowerBound <= events.lowerBound,
      events.upperBound <= ranges[low].upperBound
    else { return nil }
    return low
  }
}
