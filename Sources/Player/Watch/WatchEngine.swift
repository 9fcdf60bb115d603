import CPlatform
import KernelTrace
import LiveTrace
import Scoring

/// Everything of a watch between the source's records and the kernel: which blob scores whom, what is
/// done about verdicts, and the incidents under way.
///
/// A blob is for a program; it is assigned when a process runs that program, and goes on to all that
/// the process forks and executes, until one of them runs a program that another blob is for.
struct WatchEngine<Responder: ProcessResponder>: ~Copyable {
  var detectors: [Detector]
  var tree = ProcessTree()
  var policy: ResponsePolicy
  var alerts: AlertLog
  var counters = WatchCounters()
  var incidents: [Incident] = []
  /// The number of the last one, whatever became of it.
  var lastIncident: UInt32 = 0
  let responder: Responder
  let rules: ResponseRules
  private(set) var shedder = LoadShedder(seed: mle_random_number())
  /// How far scoring was behind when it was last looked at, in nanoseconds.
  private(set) var lag: UInt64 = 0

  /// Processes that have other threads than those that were known and have ended.
  private var silent: [UInt32] = []
  /// When they were last looked for, in nanoseconds.
  private var silenceTime: UInt64 = 0

  private let startTime = mle_now()
  private var hasToldOfEvictions = false

  /// What a signal may take to stop a program between two calls, in nanoseconds.
  private static var stoppingTime: UInt64 { 1_000_000 }

  /// How often some of `silent` are looked for, in nanoseconds, and how many.
  private static var silenceInterval: UInt64 { 10_000_000 }
  private static var silentAtOnce: Int { 16 }

  /// For so many ordinary events, an event at which a process was left alone is forgotten.
  private static var calmEvents: UInt64 { 16 }

  /// From a response that the kernel refused to the next try, in nanoseconds.
  static var retryInterval: UInt64 { 1_000_000_000 }

  /// When a score was last over half of its threshold, in nanoseconds.
  private(set) var suspicionTime: UInt64 = 0

  init(
    _ detectors: [Detector], _ policy: ResponsePolicy, _ rules: ResponseRules,
    _ alerts: consuming AlertLog, _ responder: Responder
  ) {
    self.detectors = detectors
    self.policy = policy
    self.rules = rules
    self.alerts = alerts
    self.responder = responder
  }

  /// Takes the source's next record.
  mutating func take(_ record: TraceRecord) {
    switch record {
    case .event(let event): score(event)
    case .fork(let parent, let child, let time): fork(parent, child, time, record)
    case .exec(let thread, let name, let time): exec(thread, name, time, record)
    case .exit(let thread, _): exit(thread, record)
    case .lost(_, let thread, _):
      // What anybody's loss may have hidden, and what one thread's has.
      let only = thread.flatMap { tree[$0.pid]?.pointee.detector }
      for index in detectors.indices where thread == nil || only == index {
        detectors[index].follow(record)
      }
    }
  }

  private mutating func score(_ event: TraceEvent) {
    let thread = thread(event.thread, at: event.time)
    let process = thread.pointee.process
    process.pointee.events += 1
    if process.pointee.incident != 0 { noteEvent(of: process, at: event.time) }
    // Looked at now and then: a clock costs more than a comparison.
    if (counters.scoredEvents &+ counters.shedEvents &+ counters.unassignedEvents) & 127 == 0 {
      let now = mle_now()
      note(lag: now > event.time ? now - event.time : 0, at: now)
    }
    guard let index = process.pointee.detector else {
      counters.unassignedEvents += 1
      return
    }
    if shedder.level > 0, shed(event.thread, process, index) { return }
    process.pointee.isShed = false
    let scored = detectors[index].score(event)
    counters.scoredEvents += 1
    if detectors[index].isSuspicious(scored) { suspicionTime = event.time }
    if let verdict = scored.verdict {
      respond(to: verdict, of: thread, index)
    } else if thread.pointee.isUnanswered {
      reconsider(thread, after: event, index)
    } else if process.pointee.reprieve > 0, process.pointee.events % Self.calmEvents == 0 {
      process.pointee.reprieve -= 1
    }
  }

  /// Whether a blob's full table has made a thread give way, for the first time; true once.
  mutating func takeFirstEviction() -> Bool {
    guard !hasToldOfEvictions,
      detectors.contains(where: { $0.session.scorer.counters.evictions > 0 })
    else { return false }
    hasToldOfEvictions = true
    return true
  }

  /// Learns that no event is waiting at `now`, in nanoseconds.
  mutating func noteIdleness(at now: UInt64) { note(lag: 0, at: now) }

  private mutating func note(lag: UInt64, at now: UInt64) {
    self.lag = lag
    if shedder.note(lag: lag, at: now) {
      alerts.putOverload(shares: shedder.level, lag: lag, at: now)
    }
  }

  /// Passes over an event of a process that is shed.
  private mutating func shed(
    _ thread: ThreadID, _ process: UnsafeMutablePointer<ProcessEntry>, _ index: Int
  ) -> Bool {
    guard shedder.sheds(thread.pid) else { return false }
    counters.shedEvents += 1
    if !process.pointee.isShed {
      process.pointee.isShed = true
      counters.shedProcesses += 1
    }
    // Its past has a gap from here on; it begins anew when it is scored again.
    detectors[index].forget(thread)
    return true
  }

  private mutating func noteEvent(of process: UnsafeMutablePointer<ProcessEntry>, at time: UInt64) {
    for index in incidents.indices
    where incidents[index].number == process.pointee.incident && incidents[index].isCounting {
      incidents[index].eventsAfter += 1
      incidents[index].lastEventTime = max(incidents[index].lastEventTime, time)
      if incidents[index].killTime != nil, goesOn(process, at: time) { kill(index) }
    }
  }

  /// Whether somebody lets a stopped process go on: it ends more calls than it had threads in one when it
  /// was stopped.
  private func goesOn(_ process: UnsafeMutablePointer<ProcessEntry>, at time: UInt64) -> Bool {
    guard process.pointee.handle != nil, time > process.pointee.stopTime + Self.stoppingTime else {
      return false
    }
    process.pointee.callsSinceStop += 1
    return process.pointee.callsSinceStop > process.pointee.threadCount
  }
}

// MARK: Processes

extension WatchEngine {
  /// The process, of which something is heard at `time`. Where it is not known yet, it was there before
  /// the watch, or its fork was lost.
  private mutating func process(
    _ pid: UInt32, at time: UInt64
  ) -> UnsafeMutablePointer<ProcessEntry> {
    if let process = tree[pid] { return process }
    if let parent = responder.parent(of: pid, begunAfter: startTime) {
      if let maker = tree[parent] {
        return tree.add(ProcessEntry(pid: pid, madeBy: maker.pointee, firstSeen: time))
      }
      let process = tree.add(ProcessEntry(pid: pid, parent: 0, firstSeen: time))
      process.pointee.detector = generic
      return process
    }
    var entry = ProcessEntry(pid: pid, parent: 0, firstSeen: time)
    entry.detector = generic
    entry.maker = responder.parent(of: pid, begunAfter: nil) ?? 0
    if let maker = tree[entry.maker] {
      entry.parent = entry.maker
      if maker.pointee.detector != nil, maker.pointee.detector != generic {
        entry.inherit(maker.pointee)
      }
    }
    let process = tree.add(entry)
    adoptChildren(of: process)
    return process
  }

  /// The blob of those that no other is for.
  private var generic: Int? { detectors.firstIndex { $0.choice.program == nil } }

  /// Makes what a process had started before the watch, and was heard of before it, a part of its service.
  private mutating func adoptChildren(of process: UnsafeMutablePointer<ProcessEntry>) {
    let generic = generic
    let moved = tree.adopt(by: process, insteadOf: generic)
    guard let generic else { return }
    for thread in moved { detectors[generic].forget(thread) }
  }

  /// The thread, which its process had before the watch where it is not known yet.
  private mutating func thread(
    _ id: ThreadID, at time: UInt64
  ) -> UnsafeMutablePointer<ThreadEntry> {
    if let thread = tree[thread: id.tid] {
      if thread.pointee.process.pointee.pid == id.pid { return thread }
      end(id.tid)  // another process's, whose end was lost
    }
    return tree.add(id.tid, of: process(id.pid, at: time))
  }

  private mutating func fork(
    _ parent: ThreadID, _ child: ThreadID, _ time: UInt64, _ record: TraceRecord
  ) {
    guard parent.tid != child.tid else { return }
    let maker = thread(parent, at: time).pointee.process
    if parent.pid != child.pid {
      if tree[child.pid] != nil { forget(child.pid) }  // its end was lost
      let made = tree.add(ProcessEntry(pid: child.pid, madeBy: maker.pointee, firstSeen: time))
      made.pointee.knowsThreads = true
    }
    _ = self.thread(child, at: time)
    if let index = maker.pointee.detector { detectors[index].follow(record) }
    // It had not heard of its end when it did this.
    if maker.pointee.incident != 0, parent.pid != child.pid {
      join(child.pid, maker.pointee.incident, begunBy: time)
    }
  }

  private mutating func exec(
    _ thread: ThreadID, _ name: ProgramName, _ time: UInt64, _ record: TraceRecord
  ) {
    let process = self.thread(thread, at: time).pointee.process
    // Other threads have names of their own.
    if thread.tid == thread.pid || !process.pointee.isNamed {
      let isFirst = !process.pointee.isNamed
      process.pointee.name = name
      process.pointee.isNamed = true
      if let index = detector(for: name, thread.pid) {
        if let before = process.pointee.detector, before != index {
          detectors[before].forget(thread)
        }
        process.pointee.detector = index
        process.pointee.service = name
        process.pointee.runsService = true
        if isFirst, process.pointee.wasThereBefore { adoptChildren(of: process) }
      } else if isFirst, process.pointee.service.count == 0 {
        process.pointee.service = name
      } else {
        // A path says more than a name, which whoever starts a program can choose.
        let program = process.pointee.detector.flatMap { detectors[$0].choice.program }
        process.pointee.runsService = program?.isPath != true && name == process.pointee.service
      }
    }
    if let index = process.pointee.detector { detectors[index].follow(record) }
  }

  /// The blob that is for a program.
  private func detector(for name: ProgramName, _ pid: UInt32) -> Int? {
    detectors.firstIndex { detector in
      detector.choice.program?.matches(name) { responder.runs(pid, $0) } ?? false
    }
  }

  private mutating func exit(_ thread: ThreadID, _ record: TraceRecord) {
    guard let process = tree[thread.pid] else { return }
    if let index = process.pointee.detector { detectors[index].follow(record) }
    if tree[thread: thread.tid]?.pointee.process == process { end(thread.tid) }
  }

  /// Forgets a thread, and its process where that has no other.
  private mutating func end(_ tid: UInt32) {
    guard let process = tree.remove(thread: tid) else { return }
    if process.pointee.isSilent { return }
    if process.pointee.knowsThreads || !isAlive(process.pointee) {
      forget(process.pointee.pid)
    } else {
      process.pointee.isSilent = true
      silent.append(process.pointee.pid)
    }
  }

  private func isAlive(_ process: ProcessEntry) -> Bool {
    responder.isAlive(process.pid, begunBy: process.firstSeen)
  }

  /// Forgets those that have ended of the processes whose last known thread has.
  mutating func forgetEnded(at now: UInt64) {
    guard !silent.isEmpty, now &- silenceTime >= Self.silenceInterval else { return }
    silenceTime = now
    // Some at a time: anybody may have many of them.
    let asked = silent.prefix(Self.silentAtOnce)
    silent.removeFirst(asked.count)
    for pid in asked {
      guard let process = tree[pid], process.pointee.isSilent else { continue }
      if process.pointee.threadCount == 0, !isAlive(process.pointee) {
        forget(pid)
      } else if process.pointee.threadCount == 0 {
        silent.append(pid)
      } else {
        process.pointee.isSilent = false
      }
    }
  }

  private mutating func forget(_ pid: UInt32) {
    if let process = tree[pid], process.pointee.incident != 0 { leave(process) }
    tree.remove(pid)
  }
}
