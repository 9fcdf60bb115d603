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
  var silent: [UInt32] = []
  /// When they were last looked for, in nanoseconds.
  var silenceTime: UInt64 = 0

  let startTime = mle_now()
  private var hasToldOfEvictions = false

  /// What a signal may take to stop a program between two calls, in nanoseconds.
  private static var stoppingTime: UInt64 { 1_000_000 }

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
