import CPlatform
import KernelTrace
import LiveTrace
import ModelFormat
import Scoring

/// `mle-player watch`: the kernel in, alerts and responses out.
struct WatchCommand: ~Copyable {
  private var source: LiveSource
  private var engine: WatchEngine<ProcessSignals>
  private var manager = ServiceManager()
  private let targetName: UnsafePointer<CChar>?
  private let metrics: MetricsFile?
  private var metricsTime: UInt64 = 0
  private var feedTime: UInt64 = 0
  private var selfTests: [Bool] = []

  /// How often the metrics are written and the blobs tested, in nanoseconds.
  private static let interval: UInt64 = 5_000_000_000
  /// How long the ends of what is killed last are waited for, in nanoseconds.
  private static let longestEnd: UInt64 = 200_000_000
  /// For how long the source is attentive after a suspicious event, in nanoseconds.
  private static let attentionSpan: UInt64 = 5_000_000

  /// Loads the blobs and begins to watch.
  static func beginning(
    _ options: WatchOptions, _ diagnostics: inout Diagnostics
  ) throws(FileFailure) -> WatchCommand {
    guard let target = options.source.target else {
      throw FileFailure(failure: .live(.noSuchProgram), file: nil)
    }
    mle_catch_service_signals()
    mle_raise_descriptor_limit()
    let engine = try engine(options, target, &diagnostics)
    let code = -mle_become_realtime()
    if code != 0 {
      diagnostics.note(
        Message("warning: no real-time priority (error #); responses may be late", code))
    }
    do throws(LiveTraceError) {
      return WatchCommand(
        try LiveSource.watching(target, options.source.live), engine, options)
    } catch {
      throw FileFailure(failure: .live(error), file: options.source.targetName)
    }
  }

  private init(
    _ source: consuming LiveSource, _ engine: consuming WatchEngine<ProcessSignals>,
    _ options: WatchOptions
  ) {
    self.source = source
    self.engine = engine
    targetName = options.source.targetName
    metrics = options.metrics.map { MetricsFile(path: $0) }
  }

  private static func engine(
    _ options: WatchOptions, _ target: LiveTarget, _ diagnostics: inout Diagnostics
  ) throws(FileFailure) -> WatchEngine<ProcessSignals> {
    let alerts = try AlertLog.opening(options.alerts)
    if alerts.isWaitingForReader {
      diagnostics.put(
        Message("warning: nobody reads from it; alerts are dropped until somebody does"),
        options.alerts.file)
    }
    var detectors: [Detector] = []
    for choice in options.models {
      var refusal: FileFailure?
      let detector = try Detector.starting(choice, threads: options.processes) { refusal = $0 }
      if let refusal {
        diagnostics.put(refusal.failure, refusal.file)
        diagnostics.put(Message("warning: is at work instead"), choice.fallback)
      }
      Player.warnOfBlindChannels(
        detector.model, detector.isFallback ? choice.fallback : choice.file, &diagnostics)
      detectors.append(detector)
    }
    var rules = ResponseRules(
      reach: options.reach, allowed: options.allowed, ownProcess: UInt32(mle_process_id()))
    if options.reach == .cgroup, case .cgroup(let directory) = target {
      rules.cgroup = CgroupControl(directory: directory)
      guard let cgroup = rules.cgroup else {
        throw FileFailure(failure: .cgroupCannotFreeze, file: directory)
      }
      if cgroup.processes().contains(rules.ownProcess) {
        throw FileFailure(failure: .cgroupOfPlayer, file: directory)
      }
    }
    let engine = WatchEngine(
      detectors,
      ResponsePolicy(
        mode: options.mode, killDelay: UInt64(options.killAfter) * 1_000_000,
        killsOnLossy: options.killsOnLossy, budget: KillBudget(limit: options.killBudget)),
      rules, alerts, ProcessSignals())
    if let cgroup = rules.cgroup, options.mode == .enforce, cgroup.isFrozen {
      diagnostics.put(
        engine.killLeftFrozen(cgroup)
          ? Message("was left frozen by a player that was killed; all in it is killed now")
          : Message("is frozen with somebody in it who is never to be touched; thaw it"),
        cgroup.directory)
    }
    return engine
  }

  /// Watches until there is nothing left to watch or a signal comes.
  mutating func run(_ diagnostics: inout Diagnostics) {
    diagnostics.stopWaiting()
    test(&diagnostics)
    manager.say("READY=1\nSTATUS=watching")
    while !source.isOver, mle_stop_signal() == 0 {
      Self.poll(&source, &engine, isLast: false)
      diagnostics.put(troubleOf: &source, targetName)
      let now = mle_now()
      source.isAttentive =
        engine.suspicionTime != 0 && now &- engine.suspicionTime < Self.attentionSpan
      engine.killDue(at: now)
      if engine.takeFirstEviction() {
        diagnostics.note(
          Message("warning: too many threads; the longest silent begin anew; raise --processes"))
      }
      if engine.alerts.takeFirstLoss() { sayAlertsAreLost(&diagnostics) }
      if mle_take_reload() != 0 { reload(&diagnostics) }
      feedWatchdog(at: now, &diagnostics)
      if now &- metricsTime >= Self.interval {
        metricsTime = now
        if manager.feedInterval == nil { test(&diagnostics) }
        writeMetrics(&diagnostics)
      }
    }
    manager.say("STOPPING=1")
    if mle_stop_signal() != 0, let child = source.startedProcess {
      _ = mle_signal_process(child, mle_stop_signal())
    }
    Self.poll(&source, &engine, isLast: true)
    engine.killStopped()
    let deadline = mle_now() + Self.longestEnd
    while !engine.incidents.isEmpty, mle_now() < deadline {
      Self.poll(&source, &engine, isLast: false)
      engine.killStopped()
    }
    writeMetrics(&diagnostics)
  }

  /// One line on what was seen.
  func printSummary(_ diagnostics: inout Diagnostics) {
    diagnostics.put(
      source.counters, engine.counters, suppressed: engine.alerts.suppressed,
      undelivered: engine.alerts.undelivered)
  }

  /// Whether all alerts were taken.
  var deliveredAll: Bool { engine.alerts.undelivered == 0 }

  private static func poll(
    _ source: inout LiveSource, _ engine: inout WatchEngine<ProcessSignals>, isLast: Bool
  ) {
    var start: UInt64 = 0
    if isLast {
      source.finish { engine.take($0) }
    } else {
      source.poll { record in
        if start == 0 { start = mle_now() }
        engine.take(record)
      }
    }
    let now = mle_now()
    engine.forgetEnded(at: now)
    if start != 0 { engine.counters.busyTime += now &- start } else { engine.noteIdleness(at: now) }
  }
}

// MARK: Operation

extension WatchCommand {
  /// Tests every blob, and says so where one that raised alarms no longer does.
  private mutating func test(_ diagnostics: inout Diagnostics) {
    for index in engine.detectors.indices {
      let passes = engine.detectors[index].passesSelfTest()
      if index == selfTests.count { selfTests.append(true) }
      if selfTests[index] && !passes {
        diagnostics.put(
          Message("a known anomaly raises no alarm; evaluate the model or change the machine"),
          engine.detectors[index].choice.file)
      }
      selfTests[index] = passes
    }
  }

  private func sayAlertsAreLost(_ diagnostics: inout Diagnostics) {
    let message = Message("warning: alerts cannot be written; they are dropped and counted")
    if let name = engine.alerts.name {
      diagnostics.put(message, name)
    } else {
      diagnostics.note(message)
    }
  }

  private mutating func feedWatchdog(at now: UInt64, _ diagnostics: inout Diagnostics) {
    guard let interval = manager.feedInterval, now &- feedTime >= interval else { return }
    feedTime = now
    test(&diagnostics)
    if selfTests.allSatisfy({ $0 }) { manager.say("WATCHDOG=1") }
  }

  /// Takes all blobs anew, each of which stays where its file is refused, and opens the alerts' file
  /// again. Events wait in the kernel's rings meanwhile.
  private mutating func reload(_ diagnostics: inout Diagnostics) {
    manager.sayReloading(at: mle_now())
    for index in engine.detectors.indices {
      let file = engine.detectors[index].choice.file
      do throws(FileFailure) {
        let reload = try engine.detectors[index].reload()
        engine.counters.reloads += 1
        diagnostics.put(
          reload == .keptThreads
            ? Message("reloaded; the network is the same, all processes go on")
            : Message("reloaded; the network is another one, all processes begin anew"), file)
        Player.warnOfBlindChannels(engine.detectors[index].model, file, &diagnostics)
      } catch {
        engine.counters.refusedReloads += 1
        diagnostics.put(error.failure, error.file)
        diagnostics.put(Message("is refused; the model before stays at work"), file)
      }
    }
    let code = engine.alerts.reopen()
    if code != 0 {
      diagnostics.note(
        Message("the file of alerts cannot be opened anew (error #); the old one is kept", code))
    }
    test(&diagnostics)
    manager.say("READY=1")
  }

  private mutating func writeMetrics(_ diagnostics: inout Diagnostics) {
    guard let metrics else { return }
    var values = Metrics()
    values.source = source.counters
    values.counters = engine.counters
    values.suppressed = engine.alerts.suppressed
    values.undelivered = engine.alerts.undelivered
    values.threads = source.threadCount
    values.sharesShed = engine.shedder.level
    values.lag = engine.lag
    values.cpuTime = mle_cpu_now()
    values.remainingBudget = engine.policy.budget.remaining(at: mle_now())
    values.openIncidents = engine.incidents.count
    for (index, detector) in engine.detectors.enumerated() {
      values.detectors.append(
        DetectorMetrics(
          program: detector.choice.program?.text, model: detector.model,
          isFallback: detector.isFallback, passesSelfTest: selfTests[index],
          highest: detector.highest,
          scoring: detector.session.scorer.counters))
    }
    let code = metrics.write(values)
    if code != 0 {
      diagnostics.put(Message("the metrics cannot be written (error #)", code), metrics.path)
    }
  }
}
