import LiveTrace
import ModelFormat
import Scoring

/// What the metrics say of one blob.
struct DetectorMetrics {
  /// Whom it is for; nil: all others.
  var program: UnsafePointer<CChar>?
  var model: Model
  var isFallback: Bool
  var passesSelfTest: Bool
  var highest: [Score]
  /// Of the scorer at work.
  var scoring: ScoringCounters
}

/// All of a watch in numbers, as the text format of Prometheus has them.
struct Metrics {
  var source = LiveCounters()
  var counters = WatchCounters()
  var suppressed: UInt64 = 0
  var undelivered: UInt64 = 0
  var threads = 0
  var sharesShed = 0
  /// In nanoseconds.
  var lag: UInt64 = 0
  var cpuTime: UInt64 = 0
  var remainingBudget = 0
  var openIncidents = 0
  var detectors: [DetectorMetrics] = []

  /// Writes the file.
  func write(to output: inout Output) {
    writeCounters(&output)
    writeGauges(&output)
    writeDetectors(&output)
  }

  private func writeCounters(_ output: inout Output) {
    output.metric("mle_events_total", "System calls seen.", .counter, source.events)
    output.metric("mle_events_scored_total", "Of them, scored.", .counter, counters.scoredEvents)
    output.metric(
      "mle_events_unassigned_total", "Of processes that no model is for.", .counter,
      counters.unassignedEvents)
    output.metric(
      "mle_events_shed_total", "Of processes that were not scored for lack of time.", .counter,
      counters.shedEvents)
    output.metric(
      "mle_processes_shed_total", "Processes that were not scored for lack of time.", .counter,
      counters.shedProcesses)
    output.metric(
      "mle_lost_records_total", "Records that the kernel's rings had no room for.", .counter,
      source.lostRecords)
    output.heading("mle_alerts_total", "Verdicts by what was done.", .counter)
    for action in Response.Action.allCases {
      output.put("mle_alerts_total{action=\"")
      output.put(action.word)
      output.put("\"} ")
      output.put(counters.responses[action.rawValue])
      output.put("\n")
    }
    output.metric(
      "mle_alerts_repeated_total", "Verdicts on processes that were stopped already.", .counter,
      counters.repeated)
    output.metric(
      "mle_alerts_suppressed_total", "Alerts not written, over the rate.", .counter, suppressed)
    output.metric(
      "mle_alerts_undelivered_total", "Alerts that nobody took.", .counter, undelivered)
    output.metric("mle_incidents_total", "Responses.", .counter, counters.incidents)
    output.metric(
      "mle_processes_killed_total", "Processes that were killed.", .counter,
      counters.killedProcesses)
    output.metric("mle_reloads_total", "Models loaded again.", .counter, counters.reloads)
    output.metric(
      "mle_reloads_refused_total", "Models refused when loaded again.", .counter,
      counters.refusedReloads)
    output.heading("mle_scoring_seconds_total", "Time that scoring took.", .counter)
    output.sample("mle_scoring_seconds_total", nanoseconds: counters.busyTime)
    output.heading("mle_cpu_seconds_total", "CPU time of the player.", .counter)
    output.sample("mle_cpu_seconds_total", nanoseconds: cpuTime)
  }

  private func writeGauges(_ output: inout Output) {
    output.metric("mle_threads", "Watched threads that are alive.", .gauge, UInt64(threads))
    output.metric(
      "mle_shares_shed", "Sixteenths of the processes that are not scored.", .gauge,
      UInt64(sharesShed))
    output.heading("mle_lag_seconds", "How far scoring is behind.", .gauge)
    output.sample("mle_lag_seconds", nanoseconds: lag)
    output.metric(
      "mle_kill_budget", "Responses left in this hour.", .gauge, UInt64(remainingBudget))
    output.metric(
      "mle_incidents_open", "Responses that have not ended.", .gauge, UInt64(openIncidents))
  }

  private func writeDetectors(_ output: inout Output) {
    output.heading("mle_model_info", "The models at work.", .gauge)
    for detector in detectors {
      output.put("mle_model_info{program=\"")
      output.put(label: detector.program)
      output.put("\",model=\"")
      output.put(modelID: detector.model)
      output.put(detector.isFallback ? "\",fallback=\"1\"} 1\n" : "\",fallback=\"0\"} 1\n")
    }
    output.heading("mle_self_test_ok", "Whether a known anomaly raises an alarm.", .gauge)
    for detector in detectors {
      output.sample("mle_self_test_ok", detector, detector.passesSelfTest ? 1 : 0)
    }
    output.heading("mle_evictions_total", "Threads pushed out of a full table.", .counter)
    for detector in detectors {
      output.sample("mle_evictions_total", detector, detector.scoring.evictions)
    }
    output.heading(
      "mle_events_unknown_total", "Events of a state that the model does not know.", .counter)
    for detector in detectors {
      output.sample("mle_events_unknown_total", detector, detector.scoring.unknownEvents)
    }
    output.heading("mle_highest_score_nats", "Since the model was loaded.", .gauge)
    for detector in detectors {
      for channel in detector.highest.indices {
        output.channel("mle_highest_score_nats", detector, channel)
        output.put(millionths: detector.highest[channel].micronats)
        output.put("\n")
      }
    }
    output.heading("mle_threshold_nats", "What a score is over to be anomalous.", .gauge)
    for detector in detectors {
      for channel in detector.highest.indices {
        output.channel("mle_threshold_nats", detector, channel)
        output.put(detector.model.channel(at: channel).threshold)
        output.put("\n")
      }
    }
  }
}

private enum MetricKind { case counter, gauge }

extension Output {
  fileprivate mutating func heading(
    _ name: StaticString, _ help: StaticString, _ kind: MetricKind
  ) {
    put("# HELP ")
    put(name)
    put(" ")
    put(help)
    put("\n# TYPE ")
    put(name)
    put(kind == .counter ? " counter\n" : " gauge\n")
  }

  fileprivate mutating func metric(
    _ name: StaticString, _ help: StaticString, _ kind: MetricKind, _ value: UInt64
  ) {
    heading(name, help, kind)
    put(name)
    put(" ")
    put(value)
    put("\n")
  }

  fileprivate mutating func sample(_ name: StaticString, nanoseconds: UInt64) {
    put(name)
    put(" ")
    put(millionths: nanoseconds / 1000)
    put("\n")
  }

  fileprivate mutating func sample(
    _ name: StaticString, _ detector: DetectorMetrics, _ value: UInt64
  ) {
    start(name, detector)
    put("\"} ")
    put(value)
    put("\n")
  }

  /// Up to the end of the program's name.
  private mutating func start(_ name: StaticString, _ detector: DetectorMetrics) {
    put(name)
    put("{program=\"")
    put(label: detector.program)
  }

  fileprivate mutating func channel(
    _ name: StaticString, _ detector: DetectorMetrics, _ channel: Int
  ) {
    start(name, detector)
    put("\",channel=\"")
    put(detector.model.channel(at: channel))
    put("\"} ")
  }

  /// A label's value, with what must be escaped.
  fileprivate mutating func put(label: UnsafePointer<CChar>?) {
    guard var next = label else { return }
    while next.pointee != 0 {
      switch UInt8(bitPattern: next.pointee) {
      case 0x22: put("\\\"")
      case 0x5c: put("\\\\")
      case 0x0a: put("\\n")
      case let byte: put(byte: byte)
      }
      next += 1
    }
  }
}
