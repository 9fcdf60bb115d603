/// What the passes found, put together.
extension DetectorTrial {
  /// All about one aggregation.
  func section(
    _ aggregation: Int, _ detectors: [String], _ parts: [Part], _ units: EvaluationUnits,
    _ rules: [[Rule]], _ studies: [[[DetectionStudy]]]
  ) -> DetectorComparison.Section {
    let columns = detectors.indices.map { $0 * aggregations.count + aggregation }
    let isOnline = aggregations[aggregation].isOnline
    let kinds = Set(parts.flatMap { $0.isNormal ? [] : $0.runs.runs.map(\.kind) }).sorted()
    let views = EvaluationView.allCases.filter { isOnline || $0 == .traces }.map { view in
      DetectorComparison.ViewSection(
        view: view,
        metrics: columns.map { RankingMetrics(units.scores(view, column: $0)) },
        kinds: view != .runs
          ? []
          : kinds.map { kind in
            DetectorComparison.KindAUC(
              kind: kind,
              auc: columns.map { units.scores(view, column: $0, kind: kind).areaUnderROC })
          })
    }
    let alarms = zip(detectors, columns).map { detector, column in
      let traces = units.scores(.traces, column: column)
      return DetectorComparison.DetectorAlarms(
        detector: detector,
        thresholds: rules[column].enumerated().map { index, rule in
          report(rule, index, column, traces, parts, studies)
        })
    }
    return DetectorComparison.Section(
      aggregation: aggregations[aggregation].name, views: views, alarms: alarms)
  }

  private func report(
    _ rule: Rule, _ index: Int, _ column: Int, _ traces: RankedScores, _ parts: [Part],
    _ studies: [[[DetectionStudy]]]
  ) -> AlarmReport {
    func study(normal: Bool) -> (DetectionStudy, AttackRuns)? {
      guard let part = parts.firstIndex(where: { $0.isNormal == normal }),
        index < studies[part][column].count
      else { return nil }
      return (studies[part][column][index], parts[part].runs)
    }
    func falseAlarms(normal: Bool) -> FalseAlarms? {
      study(normal: normal).map { FalseAlarms($0.0) }
    }
    let attack = study(normal: false)
    return AlarmReport(
      rule: rule.name, threshold: rule.threshold,
      falsePositiveRate: traces.falsePositiveRate(over: rule.threshold),
      truePositiveRate: traces.truePositiveRate(over: rule.threshold),
      f1: traces.f1(over: rule.threshold),
      normal: falseAlarms(normal: true), betweenAttacks: falseAlarms(normal: false),
      runs: attack.map {
        FoundRuns(DetectionStudy.Row(kind: "all", outcomes: $0.outcomes), hasTimes: $1.hasTimes)
      },
      kinds: attack.map { study, runs in
        study.rows.map { FoundRuns($0, hasTimes: runs.hasTimes) }
      } ?? [])
  }
}
