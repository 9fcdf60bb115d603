import Foundation
import ModelFormat
import Scoring

/// Why it alarmed, and what surprised it most.
extension ReportPage {
  var alertSection: String {
    let alerts = recorders.flatMap(\.alerts)
    let ofAttacks = alerts.filter { $0.kind != nil }
      .sorted { ($0.kind ?? "") < ($1.kind ?? "") }
    let falseAlarms = alerts.filter { $0.kind == nil }
    var parts: [String] = []
    if !ofAttacks.isEmpty {
      parts.append("<h3>The first alert of each kind of attack</h3>")
      parts += ofAttacks.enumerated().map { text($1, isOpen: $0 == 0) }
    }
    if !falseAlarms.isEmpty {
      parts.append("<h3>False alarms, the first of each data set</h3>")
      parts += falseAlarms.map { text($0, isOpen: false) }
    }
    guard !parts.isEmpty else { return "" }
    return """
      <h2>Why it alarmed</h2>
      <p class="muted">The events of the window that went over the threshold, the oldest first: how \
      surprising each was, and what the network expected instead. What they add sums to the score \
      exactly.</p>
      \(parts.joined(separator: "\n"))
      """
  }

  private func text(_ alert: ReportRecorder.Alert, isOpen: Bool) -> String {
    let explained = alert.explained
    let nats = explained.score.exactNats
    let summary =
      "<b>\(HTML.escaped(alert.kind ?? "no attack"))</b>: \(who(alert.place)); "
      + "\(alert.channel.name) <b>\(nats.formatted(decimals: 3))</b> over "
      + "\(alert.channel.threshold.exactNats.formatted(decimals: 3)) nats"
    let largest = explained.events.map(\.contribution).max() ?? 1
    var rows = explained.events.map { row($0, largest: largest) }
    if explained.earlier.weight > 0 {
      rows.append(["earlier events", "", added(explained.earlier.sum, largest: nil), ""])
    }
    rows.append(["<b>together</b>", "", added(explained.score.sum, largest: nil), ""])
    let exact =
      "<p class=\"muted\">Units of 2<sup>-24</sup> nats; together they are the score's sum, over a"
      + " weight of \(explained.score.weight.grouped): \(nats.formatted(decimals: 6)) nats.</p>"
    return HTML.details(
      summary,
      HTML.table(["event", "surprise, nats", "adds", "expected instead"], rows, class: "words")
        + exact, isOpen: isOpen)
  }

  private func row(_ event: ExplainedScore.Event, largest: UInt64) -> [String] {
    [
      state(event), event.surprise.text, added(event.contribution, largest: largest),
      expectations(event),
    ]
  }

  private func added(_ contribution: UInt64, largest: UInt64?) -> String {
    let number = "<data value=\"\(contribution)\">\(contribution.grouped)</data>"
    let share = largest.map { bar(Double(contribution) / Double(max($0, 1))) }
    return "<span class=\"added\">\(number)\(share ?? "")</span>"
  }

  private func state(_ event: ExplainedScore.Event) -> String {
    "<code>\(HTML.escaped(event.state))</code>" + (event.isKnown ? "" : " (not known)")
  }

  private func expectations(_ event: ExplainedScore.Event) -> String {
    event.expected.map {
      "<span class=\"whole\"><code>\(HTML.escaped($0.state))</code> \(percent($0.probability))</span>"
    }.joined(separator: ", ")
  }

  /// Rounded, but never to 0 or to 100.
  private func percent(_ probability: Double) -> String {
    if probability < 0.001 { return "&lt; 0.1 %" }
    if probability > 0.999 { return "&gt; 99.9 %" }
    let isRound = (0.1..<0.99).contains(probability)
    return String(format: isRound ? "%.0f %%" : "%.1f %%", 100 * probability)
  }

  private func who(_ place: TracePlace) -> String {
    let name = place.program.isEmpty ? "unnamed" : HTML.escaped(place.program)
    let time = place.seconds.map { String(format: " at %.3f s", $0) } ?? ""
    return "\(name) (process \(place.pid)), event \(place.event.grouped) of its own\(time)"
  }

  // MARK: Surprising events

  var statesSection: String {
    var (attackStates, normalStates) = (SurprisingStates(), SurprisingStates())
    for recorder in recorders {
      attackStates.add(recorder.attackStates)
      normalStates.add(recorder.normalStates)
    }
    let (attacks, normal) = (attackStates.most(12), normalStates.most(12))
    var parts: [String] = []
    if !attacks.isEmpty {
      parts += ["<h3>While an attack ran</h3>", table(attacks, hasKind: true)]
    }
    if !normal.isEmpty {
      parts += ["<h3>In normal traffic</h3>", table(normal, hasKind: false)]
    }
    guard !parts.isEmpty else { return "" }
    return """
      <h2>The most surprising events</h2>
      <p class="muted">What a blind guess over all states would have expected sooner, by state, with the \
      first of its most surprising times.</p>
      \(parts.joined(separator: "\n"))
      """
  }

  private func table(_ entries: [SurprisingStates.Entry], hasKind: Bool) -> String {
    let rows = entries.compactMap { entry in
      entry.example.map { example in
        [
          state(example.event), entry.surprise.text, entry.count.grouped,
          expectations(example.event), who(example.place),
        ] + (hasKind ? [HTML.escaped(example.kind ?? "")] : [])
      }
    }
    return HTML.table(
      ["event", "nats", "times", "expected instead", "where"] + (hasKind ? ["attack"] : []), rows,
      class: "words")
  }
}
