import TestSupport
import TraceData

/// Writes small data sets: states are numbers, named `state1`, `state2`, ...; 0 is unknown.
struct TestDataset {
  /// One sequence.
  struct Trace {
    var states: [UInt32]
    /// Of every event; empty where there are no times.
    var times: [UInt64] = []
    var label = TraceLabel.normal
    var name = "p"
    var pid: UInt32?
    var start: UInt64?
    var parent: SequenceParent?
  }

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func make(
    _ traces: [Trace], intervals: [LabelledInterval] = [], name: String = "data.h5"
  ) throws -> TraceDataset {
    let writer = try TraceDatasetWriter(
      path: directory.file(name), source: "test", createdBy: "tests")
    for state in Set(traces.flatMap(\.states)).sorted() where state > 0 {
      try writer.nameState(state, "state\(state)")
    }
    for (index, trace) in traces.enumerated() {
      let number = trace.pid ?? UInt32(index + 1)
      let sequence = writer.begin(
        SequenceEntry(
          pid: number, tid: number, start: trace.start ?? trace.times.first ?? 0,
          label: trace.label, name: trace.name, parent: trace.parent))
      for (event, state) in trace.states.enumerated() {
        try writer.append(state, at: trace.times.isEmpty ? 0 : trace.times[event], to: sequence)
      }
    }
    intervals.forEach(writer.addInterval)
    try writer.finish()
    return try TraceDataset(path: directory.file(name))
  }
}
