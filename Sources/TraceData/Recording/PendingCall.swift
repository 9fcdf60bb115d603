import KernelTrace

/// A call that waits for its place in the order of time: its return, or the entry of one that makes
/// a thread.
struct PendingCall: Comparable {
  let time: UInt64
  let line: Int
  let thread: ThreadID
  /// The state of the event, or nil for an entry.
  let state: UInt32?
  let lifecycle: SyscallLifecycle
  /// At an `execve` that succeeded the name of the new program, else the thread's.
  private(set) var programName: ProgramName
  /// The process of the thread that an entry makes.
  private(set) var childProcess: UInt32 = 0

  /// The return of `call`.
  init(returning call: RecordedCall, line: Int) {
    time = call.exitTime
    self.line = line
    thread = call.thread
    state = call.event.map { SyscallAlphabet.state(of: $0) } ?? 0
    lifecycle = call.event?.lifecycle ?? .none
    programName = call.programName
    if lifecycle == .execute, let fileName = call.fileName { programName = fileName }
  }

  /// The entry of `call`, which makes a thread.
  init(entering call: RecordedCall, line: Int, lifecycle: SyscallLifecycle) {
    time = call.entryTime
    self.line = line
    thread = call.thread
    state = nil
    self.lifecycle = lifecycle
    programName = call.programName
  }

  /// In order of time; at the same time in order of the lines, an entry before its return.
  static func < (a: PendingCall, b: PendingCall) -> Bool {
    if a.time != b.time { return a.time < b.time }
    if a.line != b.line { return a.line < b.line }
    return a.state == nil && b.state != nil
  }

  /// Whether both have the same place in the order.
  static func == (a: PendingCall, b: PendingCall) -> Bool {
    a.time == b.time && a.line == b.line && (a.state == nil) == (b.state == nil)
  }

  /// Finds out what only a thread's next line tells: the name that an `execve` gave it, and whether
  /// `clone3` made it within its parent's process. Without a next line the file's name and a process
  /// of its own are taken.
  static func lookAhead(_ calls: inout [PendingCall]) {
    var next: [UInt32: Int] = [:]
    for index in calls.indices.reversed() {
      let call = calls[index]
      switch call.lifecycle {
      case .execute:
        // Whoever executes has its process's number from then on.
        if let later = next[call.thread.pid], calls[later].lifecycle != .execute {
          calls[index].programName = calls[later].programName
        }
      case .fork(let child, let sharesProcess) where call.state == nil:
        let shares = sharesProcess ?? next[child].map { calls[$0].thread.pid == call.thread.pid }
        calls[index].childProcess = shares ?? false ? call.thread.pid : child
      default: break
      }
      next[call.thread.tid] = index
    }
  }
}
