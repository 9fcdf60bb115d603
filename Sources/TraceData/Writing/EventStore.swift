import Foundation

/// Keeps the events of many sequences that grow at the same time, in bounded memory.
///
/// What is beyond the bound goes to a temporary file as runs, each the events of one sequence.
final class EventStore {
  /// Some events of one sequence in order.
  struct Run {
    var states: [UInt32] = []
    var times: [UInt64] = []
  }

  private struct StoredRun {
    let offset: Int
    let count: Int
  }

  private var pending: [Run] = []
  private var stored: [[StoredRun]] = []
  /// Sequences that have pending events.
  private var touched: [Int] = []
  private var pendingBytes = 0
  private let bufferBytes: Int
  private let target: String
  private var file: TemporaryFile?

  private static let eventBytes = MemoryLayout<UInt32>.size + MemoryLayout<UInt64>.size
  /// What a sequence with few events costs besides them: two arrays.
  private static let runBytes = 128

  init(beside target: String, bufferBytes: Int) {
    self.target = target
    self.bufferBytes = bufferBytes
  }

  func beginSequence() {
    pending.append(Run())
    stored.append([])
  }

  func append(_ state: UInt32, _ time: UInt64, to sequence: Int) throws(TraceDataError) {
    if pending[sequence].states.isEmpty {
      touched.append(sequence)
      pendingBytes += Self.runBytes
    }
    pending[sequence].states.append(state)
    pending[sequence].times.append(time)
    pendingBytes += Self.eventBytes
    if pendingBytes >= bufferBytes { try spill() }
  }

  private func spill() throws(TraceDataError) {
    let file = try openFile()
    for sequence in touched {
      let run = pending[sequence]
      let offset = try file.append(run.states)
      _ = try file.append(run.times)
      stored[sequence].append(StoredRun(offset: offset, count: run.states.count))
      pending[sequence] = Run()
    }
    try file.flush()
    touched = []
    pendingBytes = 0
  }

  private func openFile() throws(TraceDataError) -> TemporaryFile {
    if let file { return file }
    let opened = try TemporaryFile(beside: target)
    file = opened
    return opened
  }

  /// Calls `body` with all events of a sequence, run after run.
  func forEachRun(
    of sequence: Int, _ body: (Run) throws(TraceDataError) -> Void
  ) throws(TraceDataError) {
    for run in stored[sequence] {
      guard let file else { break }
      let timesOffset = run.offset + run.count * MemoryLayout<UInt32>.size
      try body(
        Run(
          states: file.read(run.count, at: run.offset, zero: 0),
          times: file.read(run.count, at: timesOffset, zero: 0)))
    }
    if !pending[sequence].states.isEmpty { try body(pending[sequence]) }
  }
}
