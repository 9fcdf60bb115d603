import KernelTrace

/// Passes calls in their final order on as records.
struct RecordEmitter {
  private let nameState: (UInt32, String) throws -> Void
  private let sink: (TraceRecord) throws -> Void
  private var namedStates: Set<UInt32> = [0]
  /// The living threads of each process besides its first one.
  private var otherThreads: [UInt32: Set<UInt32>] = [:]
  /// Threads that were heard of: forked, or named at their first call.
  private var knownThreads: Set<UInt32> = []

  init(
    nameState: @escaping (UInt32, String) throws -> Void,
    sink: @escaping (TraceRecord) throws -> Void
  ) {
    self.nameState = nameState
    self.sink = sink
  }

  /// Emits the records of `call`.
  mutating func emit(_ call: PendingCall) throws {
    let thread = call.thread
    if thread.tid != thread.pid { otherThreads[thread.pid, default: []].insert(thread.tid) }
    if knownThreads.insert(thread.tid).inserted, call.lifecycle != .execute {
      // It ran before the recording began: nothing else tells its name.
      try sink(.exec(thread, name: call.programName, time: call.time))
    }
    guard let state = call.state else {
      try emitFork(call)
      return
    }
    if namedStates.insert(state).inserted { try nameState(state, Self.name(of: state)) }
    if call.lifecycle == .execute { return try emitExecution(call, state) }
    try sink(.event(TraceEvent(thread: thread, state: state, time: call.time)))
    switch call.lifecycle {
    case .exit(let wholeProcess):
      otherThreads[thread.pid]?.remove(thread.tid)
      if wholeProcess {
        if thread.tid != thread.pid {
          try emitExit(ThreadID(pid: thread.pid, tid: thread.pid), time: call.time)
        }
        try emitExits(besides: thread, time: call.time)
      }
      try emitExit(thread, time: call.time)
    case .execute, .fork, .none: break
    }
  }

  /// All other threads end. One that is not its process's first gets the first one's number, and its past
  /// goes on there: the records are those of the live source (`CallJoiner.takeOver`).
  private mutating func emitExecution(_ call: PendingCall, _ state: UInt32) throws {
    let (thread, time) = (call.thread, call.time)
    let first = ThreadID(pid: thread.pid, tid: thread.pid)
    if thread != first, knownThreads.contains(first.tid) { try emitExit(first, time: time) }
    try emitExits(besides: thread, time: time)
    if thread != first {
      try sink(.fork(parent: thread, child: first, time: time))
      try emitExit(thread, time: time)
      knownThreads.insert(first.tid)
    }
    try sink(.event(TraceEvent(thread: first, state: state, time: time)))
    try sink(.exec(first, name: call.programName, time: time))
  }

  private mutating func emitFork(_ call: PendingCall) throws {
    guard case .fork(let child, _) = call.lifecycle else { return }
    let thread = ThreadID(pid: call.childProcess, tid: child)
    if thread.tid != thread.pid {
      otherThreads[thread.pid, default: []].insert(thread.tid)
    } else {
      // What had this number before was killed without a last call.
      otherThreads[thread.pid] = nil
    }
    knownThreads.insert(thread.tid)
    try sink(.fork(parent: call.thread, child: thread, time: call.time))
  }

  /// Ends all of a process's threads but its first one and `thread`.
  private mutating func emitExits(besides thread: ThreadID, time: UInt64) throws {
    guard let others = otherThreads.removeValue(forKey: thread.pid) else { return }
    for tid in others.sorted() where tid != thread.tid {
      try emitExit(ThreadID(pid: thread.pid, tid: tid), time: time)
    }
  }

  private mutating func emitExit(_ thread: ThreadID, time: UInt64) throws {
    knownThreads.remove(thread.tid)
    try sink(.exit(thread, time: time))
  }

  private static func name(of state: UInt32) -> String {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      let count = SyscallAlphabet.writeName(of: state, into: buffer)
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }
}
