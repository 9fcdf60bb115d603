import CPlatform
import KernelTrace

/// The kernel as a source of records: the system calls of watched threads, through tracepoints and
/// perf events, without any module or program in the kernel.
///
/// ```swift
/// var source = try LiveSource.watching(.process(17))
/// while !source.isOver { source.poll { record in handle(record) } }
/// source.finish { record in handle(record) }
/// ```
///
/// Records come in the order of time: an event when its call returns (`exit` when it is entered), a
/// fork before anything that the child does, an exec after its event. Times are nanoseconds of
/// CLOCK_MONOTONIC. States are ids of `SyscallAlphabet`. Of paths only those of programs that run are
/// seen, of addresses only those of TCP connections: all others are unknown, always. Losses are
/// records, too.
///
/// Memory: the rings, and about 300 bytes for each thread that is alive. Nothing of it is inlined into
/// its callers, of which each would get a copy of the whole.
public struct LiveSource: ~Copyable {
  var events: PerfEvents
  private var merge: RingMerge
  var joiner: CallJoiner<ProcessFiles>
  let target: LiveTarget
  private let wakesAtUrgentCalls: Bool
  /// The program that the source started, as long as it has not been waited for.
  var child: Int32?
  var cgroup: Int32 = -1
  /// Whether records are looked for ten times a millisecond, for a consumer to whom one has just
  /// become suspicious.
  public var isAttentive = false
  private var sleepInMilliseconds: Int32 = 1
  var nextCheck: UInt64 = 0
  private var countersAtCheck = LiveCounters()
  private var cpus: WatchedCPUs
  /// What has come up since the start, each until it has been told and once.
  private var troubles: [LiveTraceError] = []
  private var missesProcesses = false
  /// Threads that could not be watched again, until they are tried at the next check.
  var unwatched: [ThreadID] = []
  /// Processes of which not all threads could be watched, until they are tried at the next check.
  var incomplete: [UInt32] = []
  /// Processes of which threads are watched since all of their children were last looked for.
  var freshParents: [UInt32] = []
  /// How many threads may still be watched in this check.
  var attachmentsLeft = 0
  private var missesCPU = false

  /// How long an event is held back for those of other CPUs.
  private static let holdInNanoseconds: UInt64 = 1_000_000
  private static let longestSleep: Int32 = 16
  private static let attentiveSleepInMicroseconds: UInt32 = 100
  static let checkInterval: UInt64 = 1_000_000_000
  /// Of threads, each of which takes a third of a millisecond.
  private static let attachmentsAtOnce = 64

  /// Begins to watch.
  ///
  /// - Throws: `LiveTraceError`; nothing is left behind then.
  @inline(never)
  public static func watching(
    _ target: LiveTarget, _ options: LiveOptions = LiveOptions()
  ) throws(LiveTraceError) -> LiveSource {
    let tracepoints = try TraceFileSystem().tracepoints()
    let events = try PerfEvents(
      tracepoints, ringBytes: options.ringBytes,
      urgentFilter: options.wakesAtUrgentCalls ? UrgentCalls.filter(tracepoints.is64Bit) : nil)
    var source = LiveSource(events, tracepoints, target, options)
    try source.begin()
    return source
  }

  private init(
    _ events: consuming PerfEvents, _ tracepoints: Tracepoints, _ target: LiveTarget,
    _ options: LiveOptions
  ) {
    merge = RingMerge(events.rings)
    self.events = events
    joiner = CallJoiner(
      tracepoints, inspector: ProcessFiles(is64Bit: tracepoints.is64Bit),
      ownProcess: UInt32(mle_process_id()))
    joiner.lastTime = mle_now()
    self.target = target
    let isCgroup = if case .cgroup = target { true } else { false }
    cpus = WatchedCPUs(self.events.cpus, keepsOffline: !isCgroup)
    wakesAtUrgentCalls = options.wakesAtUrgentCalls
  }

  deinit { if cgroup >= 0 { _ = close(cgroup) } }

  /// What has been seen.
  public var counters: LiveCounters { joiner.counters }

  /// How many watched threads are alive.
  public var threadCount: Int { joiner.threadCount }

  /// Whether there is nothing left to watch. A cgroup may always get new processes.
  public var isOver: Bool {
    switch target {
    case .cgroup, .program: false
    case .process, .command: joiner.threadCount == 0
    }
  }

  /// The process that the source started; nil where it did not or that has ended and been waited for.
  public var startedProcess: Int32? { child }

  /// Why not everything is watched any more: what came up since this was asked last; nil: nothing.
  public mutating func takeTrouble() -> LiveTraceError? { troubles.popLast() }

  /// Waits for events and gives the records that are due.
  ///
  /// It returns after at most 16 milliseconds plus the time that `body` takes, sooner on a signal,
  /// and where a ring is half full.
  @inline(never)
  public mutating func poll(_ body: (TraceRecord) -> Void) {
    if isAttentive {
      mle_sleep_microseconds(Self.attentiveSleepInMicroseconds)
    } else {
      sleep()
    }
    let now = mle_now()
    let count = counters.kernelRecords
    let isCheckDue = now >= nextCheck
    if isCheckDue, case .program = target { events.closeEnded() }
    // What caused a record has been written before it: holding back only straightens times.
    drain(upTo: wakesAtUrgentCalls ? now : now &- Self.holdInNanoseconds, body)
    if !joiner.toLookFor.isEmpty { settle(at: now, body) }
    let isIdle = counters.kernelRecords == count
    sleepInMilliseconds = isIdle ? min(2 * sleepInMilliseconds, Self.longestSleep) : 1
    joiner.readStale()
    if isCheckDue { check(now, body) }
  }

  private func sleep() {
    _ = events.ringDescriptors.withUnsafeBufferPointer { descriptors in
      mle_wait_readable(descriptors.baseAddress, Int32(descriptors.count), sleepInMilliseconds)
    }
  }

  /// Gives everything that happened up to now, and counts what was lost at the end. The source goes
  /// on watching until it is dropped.
  @inline(never)
  public mutating func finish(_ body: (TraceRecord) -> Void) {
    drain(upTo: .max - 1, body)
    _ = joiner.settle(at: mle_now(), body)
    let (lost, reported) = (events.lostRecords, joiner.ringLosses)
    if lost > reported { joiner.loseInRings(lost - reported, at: mle_now(), body) }
    reap()
  }

  /// Gives an exec record with the name of every watched thread that is alive: for a consumer that
  /// begins at this place of the stream. Their time is that of the last event before: what is held back
  /// has happened later.
  @inline(never)
  public mutating func nameThreads(_ body: (TraceRecord) -> Void) {
    joiner.nameThreads(body)
  }

  /// Waits for the program that was started, if it has ended: its last record comes a moment before.
  private mutating func reap() {
    guard let child else { return }
    var tries = isOver ? 100 : 1
    while tries > 0 {
      if mle_reap(child) != -11 {
        self.child = nil
        return
      }
      tries -= 1
      if tries > 0 { mle_sleep_microseconds(1000) }
    }
  }

  private mutating func drain(upTo limit: UInt64, _ body: (TraceRecord) -> Void) {
    Self.drain(&merge, into: &joiner, upTo: limit, body)
  }

  private static func drain(
    _ merge: inout RingMerge, into joiner: inout CallJoiner<ProcessFiles>, upTo limit: UInt64,
    _ body: (TraceRecord) -> Void
  ) {
    merge.drain(upTo: limit) { record, time in joiner.take(record, at: time, body) }
  }

  /// Once a second: what a loss has hidden, and who else is to be watched.
  private mutating func check(_ now: UInt64, _ body: (TraceRecord) -> Void) {
    nextCheck = now + Self.checkInterval
    let before = countersAtCheck
    if before.lostRecords != counters.lostRecords {
      joiner.resynchronize(at: now, body)
    } else if before.kernelRecords == counters.kernelRecords || cgroup >= 0
      || !joiner.missing.isEmpty
    {
      // The very last record may be lost; and a cgroup does not say who leaves it.
      joiner.removeEnded(at: now, body)
    }
    attachNewProcesses()
    for thread in unwatched { joiner.lookFor(thread) }
    unwatched = []
    checkCPUs(now, body)
    countersAtCheck = counters
  }

  private mutating func attachNewProcesses() {
    do throws(LiveTraceError) {
      switch target {
      case .program: _ = try attachProcesses(atMost: Self.attachmentsAtOnce)
      case .cgroup(let path): try followCgroup(path)
      case .process, .command: return
      }
      missesProcesses = !unwatched.isEmpty
    } catch {
      tell(error)
    }
  }

  /// Says once what keeps processes from being watched.
  mutating func tell(_ error: LiveTraceError) {
    if !missesProcesses { troubles.append(error) }
    missesProcesses = true
  }

  /// What happens on a CPU of which nothing is seen is lost, at each check anew.
  private mutating func checkCPUs(_ now: UInt64, _ body: (TraceRecord) -> Void) {
    guard let online = CPUList.online(), !cpus.cover(online) else { return }
    if !missesCPU { troubles.append(.newCPU) }
    missesCPU = true
    joiner.lose(1, at: now, body)
  }
}
