/// Tables for a terminal.
extension DetectorComparison {
  /// All of it but the curves.
  public var text: String {
    var blocks = detectors.count > 1 ? [factsTable] : []
    blocks += sections.map { section in
      (["score: \(section.aggregation)"] + section.views.map { ranking($0) }
        + alarmTables(section) + kindTable(section))
        .joined(separator: "\n")
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// The names at the beginning of every line.
  private var nameWidth: Int { (detectors.map(\.name.count).max() ?? 0) + 6 }

  private var factsTable: String {
    let lines = detectors.map {
      "    ".appending($0.name).padded(to: nameWidth) + "\($0.bytes)".cell(10)
        + $0.microsecondsPerEvent.formatted(decimals: 2).cell(10)
    }
    return (["  detectors".padded(to: nameWidth) + "     bytes  us/event"] + lines)
      .joined(separator: "\n")
  }

  private func ranking(_ section: ViewSection) -> String {
    guard let first = section.metrics.first else { return "" }
    let unit =
      section.view == .windows ? "windows of \(windowLength) events" : section.view.rawValue
    var lines = ["  \(unit): \(first.attacks) of attacks, \(first.normal) normal"]
    lines.append(
      "".padded(to: nameWidth) + "     AUC      AP"
        + RankingMetrics.rates.map { "TPR @ \(DetectorTrial.percent($0)) %".cell(13) }
        .joined() + "  best F1")
    for (detector, metrics) in zip(detectors, section.metrics) {
      let rates = RankingMetrics.rates.map { rate in
        metrics.truePositiveRates.first { $0.falsePositiveRate == rate }?.truePositiveRate
      }
      lines.append(
        "    ".appending(detector.name).padded(to: nameWidth)
          + share(metrics.auc).cell(8) + share(metrics.averagePrecision).cell(8)
          + rates.map { share($0).cell(13) }.joined()
          + share(metrics.bestF1).cell(9))
    }
    return lines.joined(separator: "\n")
  }

  private func share(_ value: Double?) -> String { value?.formatted(decimals: 4) ?? "-" }

  /// One table a rule that every detector has.
  private func alarmTables(_ section: Section) -> [String] {
    let rules = section.alarms.first?.thresholds ?? []
    return rules.indices.compactMap { index in
      let reports = section.alarms.map { $0.thresholds[index] }
      guard reports.contains(where: { $0.runs != nil || $0.normal != nil }) else { return nil }
      let head =
        "".padded(to: nameWidth) + "threshold    FPR    TPR     F1       found      events"
        + "          ms  false alarms  /10^6 ev.      /hour"
      let lines = zip(detectors, reports).map { detector, report in
        "    ".appending(detector.name).padded(to: nameWidth) + line(report)
      }
      return (["  alarms at \(reports[0].rule)", head] + lines).joined(separator: "\n")
    }
  }

  private func line(_ report: AlarmReport) -> String {
    let shares = [report.falsePositiveRate, report.truePositiveRate, report.f1].map {
      ($0?.formatted(decimals: 3) ?? "-").cell(7)
    }
    let normal = report.normal ?? report.betweenAttacks
    return report.threshold.formatted(decimals: 3).cell(9) + shares.joined()
      + (report.runs?.foundText ?? "-").cell(12)
      + (report.runs?.eventsText ?? "-").cell(12)
      + (report.runs?.millisecondsText ?? "-").cell(12)
      + (normal.map { "\($0.alarms)" } ?? "-").cell(14)
      + (normal?.perMillionEvents?.formatted(decimals: 1) ?? "-").cell(11)
      + (normal?.perHour?.formatted(decimals: 1) ?? "-").cell(11)
  }

  /// What is found of each kind at the threshold that 1 % of normal traces are over.
  private func kindTable(_ section: Section) -> [String] {
    guard let index = RankingMetrics.rates.firstIndex(of: 0.01),
      let views = section.views.first(where: { $0.view == .runs }), !views.kinds.isEmpty,
      section.alarms.allSatisfy({ $0.thresholds.count > index })
    else { return [] }
    let width = max(nameWidth, (views.kinds.map(\.kind.count).max() ?? 0) + 6)
    let columns = detectors.map { max(28, $0.name.count + 2) }
    var lines = ["  by kind: AUC of runs, found and events to the alarm at 1 % of normal traces"]
    lines.append(
      "".padded(to: width) + zip(detectors, columns).map { $0.name.cell($1) }.joined())
    for kind in views.kinds {
      let cells = detectors.indices.map { detector in
        let found = section.alarms[detector].thresholds[index].kinds.first { $0.kind == kind.kind }
        return
          (share(kind.auc[detector]).cell(7)
          + (found?.foundText ?? "-").cell(10) + (found?.eventsText ?? "-").cell(10))
          .cell(columns[detector])
      }
      lines.append("    ".appending(kind.kind).padded(to: width) + cells.joined())
    }
    return [lines.joined(separator: "\n")]
  }
}

extension FoundRuns {
  /// How many of how many.
  var foundText: String { "\(found) of \(runs)" }
  /// The median and what nine of ten need, in events.
  var eventsText: String {
    guard let medianEvents, let slowEvents else { return "-" }
    return "\(medianEvents), \(slowEvents)"
  }
  /// Likewise, in milliseconds.
  var millisecondsText: String {
    guard let medianMilliseconds, let slowMilliseconds else { return "-" }
    return medianMilliseconds.formatted(decimals: 1) + ", "
      + slowMilliseconds.formatted(decimals: 1)
  }
}

extension String {
  /// A column of a table, at least a space from the one before.
  fileprivate func cell(_ width: Int) -> String { aligned(to: max(width, count + 1)) }
}
