/// Scores over time, what was found, and how well scores tell attacks apart.
extension ReportPage {
  var timeSection: String {
    let ordered = recorders.sorted { !$0.isNormal && $1.isNormal }
    return """
      <h2>Scores over time</h2>
      <p class="muted">Each column of pixels spans the least and the highest score of any process in it, \
      red over the threshold; attacks are shaded.</p>
      \(ordered.flatMap { $0.plot.charts(stacked: false) }.joined(separator: "\n"))
      """
  }

  var attackSection: String {
    let tables = report.outcomes.enumerated().filter { !$1.attacks.isEmpty || $1.normal != nil }
      .map { index, outcome in
        HTML.details(
          "<b>\(HTML.escaped(outcome.rule))</b>: " + thresholds(outcome),
          falseAlarms(outcome) + kinds(outcome, isOwn: index == 0), isOpen: index == 0)
      }
    guard !tables.isEmpty else { return "" }
    return """
      <h2>Attacks found, by kind</h2>
      <p class="muted">An attack is found when any process goes over a threshold while it runs. Delays \
      count the events of all processes from its start, and milliseconds: the median of those found, and \
      what nine of ten need at most.</p>
      \(tables.joined(separator: "\n"))
      """
  }

  private func thresholds(_ outcome: EvaluationReport.Outcome) -> String {
    outcome.thresholds.map { "\($0.channel) over \($0.nats.formatted(decimals: 3)) nats" }
      .joined(separator: ", ")
  }

  private func falseAlarms(_ outcome: EvaluationReport.Outcome) -> String {
    let parts = [("on normal data", outcome.normal), ("between attacks", outcome.betweenAttacks)]
      .compactMap { place, alarms in
        alarms.map { alarms in
          let rate = alarms.perMillionEvents.map { ", \($0.formatted(decimals: 1)) a million" }
          return "\(place) \(alarms.alarms.grouped) in \(alarms.events.grouped) events\(rate ?? "")"
        }
      }
    return "<p>False alarms \(parts.joined(separator: "; ")).</p>\n"
  }

  /// - Parameter isOwn: whether the thresholds are the blob's, so that ranks are of the same channel.
  private func kinds(_ outcome: EvaluationReport.Outcome, isOwn: Bool) -> String {
    guard !outcome.attacks.isEmpty else { return "" }
    let areas = isOwn ? areasByKind : [:]
    let rows = outcome.attacks.map { kind in
      let share = Double(kind.found) / Double(max(kind.runs, 1))
      return [
        HTML.escaped(kind.kind),
        kind.foundText + bar(share, isRed: kind.found < kind.runs),
        kind.medianEvents?.grouped ?? "-", kind.slowEvents?.grouped ?? "-",
        kind.medianMilliseconds?.formatted(decimals: 1) ?? "-",
        kind.slowMilliseconds?.formatted(decimals: 1) ?? "-",
      ] + (areas.isEmpty ? [] : [areas[kind.kind]?.formatted(decimals: 4) ?? "-"])
    }
    return HTML.table(
      ["attack", "found", "events: median", "90 %", "ms: median", "90 %"]
        + (areas.isEmpty ? [] : ["AUC"]), rows)
  }

  func bar(_ share: Double, isRed: Bool = false) -> String {
    let width = (100 * min(max(share, 0), 1)).formatted(decimals: 1)
    return "<span class=\"bar\(isRed ? " red" : "")\"><i style=\"width:\(width)%\"></i></span>"
  }

  /// The network's, in the first channel.
  private var areasByKind: [String: Double] {
    let view = report.comparison?.sections.first?.views.first { $0.view == .runs }
    var areas: [String: Double] = [:]
    for kind in view?.kinds ?? [] { areas[kind.kind] = kind.auc.first ?? nil }
    return areas
  }

  var rankingSection: String {
    var parts: [String] = []
    if let comparison = report.comparison {
      for section in comparison.sections {
        let charts = RankingCharts(
          detectors: comparison.detectors.map(\.name), section: section,
          windowLength: comparison.windowLength)
        for row in charts.rows {
          parts.append("<h3>\(HTML.escaped(section.aggregation)), \(HTML.escaped(row.name))</h3>")
          parts.append("<div class=\"charts\">\(row.charts.joined(separator: "\n"))</div>")
        }
      }
    }
    let histograms = model.channels.indices.map { channel in
      var histogram = ScoreHistogram()
      for recorder in recorders { histogram.add(recorder.histograms[channel]) }
      return histogram.chart(model.channels[channel], width: 1060)
    }
    return """
      <h2>How well scores tell attacks from normal traffic</h2>
      \((parts + histograms).joined(separator: "\n"))
      """
  }
}
