import KernelTrace
import ModelFormat
import Scoring

/// Looks for alerts of before while their events are scored again.
final class AlertReplay {
  private(set) var alerts: [RecordedAlert]
  private let places: [RecordedAlert.Place: [Int]]
  private let threadPlaces: [RecordedAlert.ThreadPlace: [Int]]

  /// - Parameter text: alerts as the player writes them; other JSON objects between them are passed over.
  /// - Throws: where it is no JSON.
  init(_ text: [UInt8]) throws(JSONText.Mistake) {
    var json = JSONText(text)
    var alerts: [RecordedAlert] = []
    while let object = try json.nextObject() {
      if let alert = RecordedAlert(object) { alerts.append(alert) }
    }
    self.alerts = alerts
    places = Dictionary(grouping: alerts.indices) { alerts[$0].place }
    var threadPlaces: [RecordedAlert.ThreadPlace: [Int]] = [:]
    for (index, alert) in alerts.enumerated() {
      if let place = alert.threadPlace { threadPlaces[place, default: []].append(index) }
    }
    self.threadPlaces = threadPlaces
  }

  /// Takes an event that was just scored.
  func take(_ event: TraceEvent, _ scored: ScoredEvent, by scorer: borrowing Scorer) {
    let (pid, tid) = (UInt64(event.thread.pid), UInt64(event.thread.tid))
    let place: RecordedAlert.Place =
      event.time == 0
      ? .event(scorer.counters.events) : .time(event.time, pid: pid, tid: tid)
    if let verdict = scored.verdict {
      let place = RecordedAlert.ThreadPlace(pid: pid, tid: tid, event: verdict.threadEvent)
      for index in threadPlaces[place] ?? [] where alerts[index].outcome == .missing {
        compare(index, verdict, scorer, byThread: true)
      }
    }
    for index in places[place] ?? [] {
      var verdict = scored.verdict
      // A response that had to wait was alerted on at an event which crossed nothing.
      if verdict == nil { verdict = scorer.verdict(on: event.thread, time: event.time) }
      if let verdict {
        compare(index, verdict, scorer, byThread: false)
      } else {
        var model = Output(collecting: 32)
        model.put("\"")
        model.put(modelID: scorer.model)
        model.put("\"")
        alerts[index].foundNoVerdict(
          model: model.collected,
          score: score(ofChannel: alerts[index].value("channel"), scored, scorer))
      }
    }
  }

  private func compare(
    _ index: Int, _ verdict: Verdict, _ scorer: borrowing Scorer, byThread: Bool
  ) {
    var line = Output(collecting: 512)
    line.put(verdict, by: scorer, explained: alerts[index].isExplained)
    alerts[index].compare(with: line.collected, byThread: byThread)
  }

  /// As it would be written; nil where the blob has no such channel.
  private func score(
    ofChannel name: [UInt8]?, _ scored: ScoredEvent, _ scorer: borrowing Scorer
  ) -> [UInt8]? {
    for index in 0..<scorer.model.channelCount {
      var own = Output(collecting: 32)
      own.put("\"")
      own.put(scorer.model.channel(at: index))
      own.put("\"")
      guard own.collected == name else { continue }
      var score = Output(collecting: 32)
      score.put(millionths: scored.scores[index].micronats)
      return score.collected
    }
    return nil
  }

  /// How many did not come out as they were.
  var differing: Int { alerts.count { $0.outcome != .found([]) } }

  /// A line of JSON an alert.
  func write(to output: inout Output) {
    for alert in alerts { write(alert, to: &output) }
  }

  private func write(_ alert: RecordedAlert, to output: inout Output) {
    output.put("{\"replay\":\"")
    switch alert.outcome {
    case .missing: output.put("missing")
    case .found(let differences): output.put(differences.isEmpty ? "same" : "different")
    }
    output.put("\"")
    for field in ["event", "pid", "tid", "channel", "score"] {
      guard let value = alert.value(field) else { continue }
      output.put(",\"")
      put(field.bytes, to: &output)
      output.put("\":")
      put(value, to: &output)
    }
    if case .found(let differences) = alert.outcome, !differences.isEmpty {
      output.put(",\"differences\":[")
      for (index, difference) in differences.enumerated() {
        if index > 0 { output.put(",") }
        write(difference, to: &output)
      }
      output.put("]")
    }
    output.put("}\n")
  }

  private func write(_ difference: RecordedAlert.Difference, to output: inout Output) {
    output.put("{\"field\":\"")
    put(difference.field, to: &output)
    output.put("\"")
    if let element = difference.element {
      output.put(",\"element\":")
      output.put(element)
    }
    output.put(",\"alert\":")
    put(difference.alert ?? "null".bytes, to: &output)
    output.put(",\"here\":")
    put(difference.here ?? "null".bytes, to: &output)
    output.put("}")
  }

  private func put(_ text: [UInt8], to output: inout Output) {
    for byte in text { output.put(byte: byte) }
  }
}
