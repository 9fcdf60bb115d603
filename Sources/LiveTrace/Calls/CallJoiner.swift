import KernelTrace

/// Makes records out of what the rings say: joins the entry and the return of each thread's calls,
/// follows threads and what their descriptors refer to.
///
/// It takes records in the order of time. A record that comes twice counts once, for a thread that is
/// made while a source attaches may be watched twice. What it cannot know from them, about processes that ran
/// before it began, it asks the inspector.
struct CallJoiner<Inspector: ProcessInspector>: ~Copyable {
  /// What has been seen.
  var counters = LiveCounters()

  var inspector: Inspector
  let tracepoints: Tracepoints
  let calls: MachineCalls
  /// Its own calls are not recorded: each would make more of them.
  private let ownProcess: UInt32
  var threads = NumberTable<WatchedThread>()
  var processes = NumberTable<WatchedProcess>()

  /// The threads that are kept at a time; what others do counts as lost.
  static var mostThreads: Int { 65_536 }

  init(_ tracepoints: Tracepoints, inspector: Inspector, ownProcess: UInt32 = 0) {
    self.tracepoints = tracepoints
    self.inspector = inspector
    self.ownProcess = ownProcess
    calls = MachineCalls(is64Bit: tracepoints.is64Bit)
  }

  /// When what was taken last happened, or the watching began: nothing that is still to come was earlier.
  var lastTime: UInt64 = 0

  /// Records that the rings said were lost.
  var ringLosses: UInt64 = 0

  /// Threads that said that they end, without a call that does it. Most were killed; but the kernel
  /// takes all events off a thread that executes a program which its user may not read, or which runs as
  /// another user, and says the same.
  var toLookFor: [ThreadID] = []

  /// Threads that were not there when they were last looked for.
  var missing: [ThreadID] = []

  /// Processes whose descriptors are to be read again, after a loss.
  var stale: [UInt32] = []
  /// After how many descriptors the reading stops until the next time, and how many threads are
  /// looked for at a time: what the rings hold must not wait for long.
  static var descriptorsAtOnce: Int { 256 }
  static var threadsAtOnce: Int { 1024 }
  /// Which thread is looked for next, of all in the order of their table.
  var nextChecked = 0

  /// Whether threads of this process are watched.
  func isWatching(_ pid: UInt32) -> Bool { processes[pid] != nil }

  /// Whether this thread is watched.
  func isWatching(_ id: ThreadID) -> Bool { threads[id.tid]?.pointee.id == id }

  /// How many threads are watched and alive.
  var threadCount: Int { threads.count }

  /// Takes a record of a ring and gives what it completes.
  mutating func take(_ record: PerfRecord, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    lastTime = time
    if case .lost = record {} else { counters.kernelRecords += 1 }
    switch record {
    case .sample(let thread, let raw):
      guard isWatchable(thread), let hit = tracepoints.hit(raw) else { return }
      take(hit, of: thread, at: time, emit)
    case .fork(let parent, let child):
      if isWatchable(parent), isWatchable(child) { fork(parent, child, at: time, emit) }
    case .exit(let thread): end(thread, at: time, emit)
    case .lost(let count): loseInRings(count, at: time, emit)
    case .other: break
    }
  }

  /// Says that the rings had no room for `count` records, of anybody.
  mutating func loseInRings(_ count: UInt64, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    ringLosses &+= count
    lose(count, at: time, emit)
  }

  mutating func lose(_ count: UInt64, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    guard count > 0 else { return }
    counters.lostRecords &+= count
    emit(.lost(count: count, thread: nil, time: time))
  }

  /// A thread that is being torn down has no numbers any more.
  private func isWatchable(_ thread: ThreadID) -> Bool {
    thread.tid != 0 && thread.pid != 0 && thread.tid != .max && thread.pid != .max
      && thread.pid != ownProcess
  }

  private mutating func take(
    _ hit: TracepointHit, of id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    if case .exec(let fileName) = hit {
      exec(id, fileName, at: time, emit)
      return
    }
    guard let thread = thread(id) else { return lose(1, at: time, emit) }
    thread.pointee.hasActed = true
    thread.pointee.noteLife()
    switch hit {
    case .enter(let number, let arguments): enter(thread, number, arguments, at: time, emit)
    case .leave(let number, let result): leave(thread, number, result, at: time, emit)
    case .connect(let address): thread.pointee.call?.address = address
    case .exec: break
    }
  }
}
