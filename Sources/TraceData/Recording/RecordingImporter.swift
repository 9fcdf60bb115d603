import KernelTrace

/// Turns the text of a recording into records, in the order in which a player on the device would
/// have seen them.
///
/// A call becomes an event when it returns, of state 0, unknown, where the alphabet has no such
/// call. The lines may be out of order by up to `reorderWindow` lines; memory is bounded by two
/// windows. A call that makes a thread gives a fork record at the time of its *entry*, because the
/// new thread may run, and even end, before the call returns. `exit` and `exit_group` give an exit record for
/// every thread that they end, a successful `execve` an exec record with the name that the thread has in its
/// next line. Before its event the other threads end; where it is not the process's first thread that
/// executes, a fork record says that its past goes on under the first one's number.
public struct RecordingImporter {
  /// Lines read, empty ones included.
  public private(set) var lineCount = 0

  private let file: String
  private let reorderWindow: Int
  private var emitter: RecordEmitter
  private var pending: [PendingCall] = []
  /// The start of a line whose end has not been fed.
  private var partialLine: [UInt8] = []
  private var lastTime: UInt64 = 0

  private static let lineLimit = 65_536

  /// An importer of one recording.
  ///
  /// - Parameters:
  ///   - file: Its name, for errors.
  ///   - reorderWindow: How many lines a line may be away from its place in the order of returns, at
  ///     least 1. A line needs about 80 bytes.
  ///   - nameState: Called with the id and the name of each state before its first event.
  ///   - sink: Called with each record.
  public init(
    file: String, reorderWindow: Int = 262_144,
    nameState: @escaping (_ state: UInt32, _ name: String) throws -> Void,
    sink: @escaping (TraceRecord) throws -> Void
  ) {
    precondition(reorderWindow >= 1)
    self.file = file
    self.reorderWindow = reorderWindow
    emitter = RecordEmitter(nameState: nameState, sink: sink)
  }

  /// Imports the next bytes of the text; lines may be cut anywhere.
  ///
  /// Throws `RecordingError`, and whatever `nameState` and `sink` throw, unchanged.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer) throws {
    var start = 0
    while let end = bytes[start...].firstIndex(of: 0x0a) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      if partialLine.isEmpty {
        try importLine(piece)
      } else {
        partialLine.append(contentsOf: piece)
        try importPartialLine()
      }
      start = end + 1
    }
    partialLine.append(contentsOf: bytes[start...])
    try checkLength(partialLine.count, ofLine: lineCount + 1)
  }

  /// Ends the text: imports a last line without a line end and passes on all that is held back.
  public mutating func finish() throws {
    if !partialLine.isEmpty { try importPartialLine() }
    try release(keeping: 0)
  }

  private mutating func importPartialLine() throws {
    let line = partialLine
    partialLine.removeAll(keepingCapacity: true)
    try line.withUnsafeBytes { try importLine($0) }
  }

  private func checkLength(_ length: Int, ofLine number: Int) throws {
    guard length <= Self.lineLimit else {
      throw RecordingError.line(file: file, number: number, .tooLong(limit: Self.lineLimit))
    }
  }

  private mutating func importLine(_ bytes: UnsafeRawBufferPointer) throws {
    lineCount += 1
    try checkLength(bytes.count, ofLine: lineCount)
    let line = bytes.last == 0x0d ? UnsafeRawBufferPointer(rebasing: bytes.dropLast()) : bytes
    if line.isEmpty { return }
    do throws(RecordedLineProblem) {
      append(try RecordedCall(line))
    } catch {
      throw RecordingError.line(file: file, number: lineCount, error)
    }
    if pending.count >= 2 * reorderWindow { try release(keeping: reorderWindow) }
  }

  private mutating func append(_ call: RecordedCall) {
    let returned = PendingCall(returning: call, line: lineCount)
    if case .fork = returned.lifecycle {
      pending.append(PendingCall(entering: call, line: lineCount, lifecycle: returned.lifecycle))
    }
    pending.append(returned)
  }

  /// Passes on all but the last `count` pending calls.
  private mutating func release(keeping count: Int) throws {
    pending.sort()
    PendingCall.lookAhead(&pending)
    let releasedCount = pending.count - count
    for index in 0..<releasedCount {
      let call = pending[index]
      guard call.time >= lastTime else {
        throw RecordingError.outOfOrder(
          file: file, number: call.line, nanoseconds: lastTime - call.time, window: reorderWindow)
      }
      lastTime = call.time
      try emitter.emit(call)
    }
    pending.removeFirst(releasedCount)
  }
}
