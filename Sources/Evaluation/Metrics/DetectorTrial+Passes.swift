import TraceData

/// The passes over scored data, from which a comparison is made.
extension DetectorTrial {
  /// A threshold of a column and how it came about.
  struct Rule {
    let name: String
    let threshold: Double
  }

  /// The largest score of every column on data that is not labelled an attack.
  func largest(_ replay: ScoreReplay, of dataset: TraceDataset) throws -> [Double] {
    var largest = [Double](repeating: 0, count: replay.columnCount)
    try replay.run { step in
      guard dataset.sequences.label(step.sequence) != .attack else { return }
      for (column, score) in step.scores.enumerated() {
        largest[column] = max(largest[column], score ?? 0)
      }
    }
    return largest
  }

  /// The scores of everything that is judged as a whole.
  func units(_ parts: [Part], columnCount: Int) throws -> EvaluationUnits {
    var units = EvaluationUnits(columnCount: columnCount)
    for part in parts {
      progress("\(part.dataset.path): ranking")
      try units.add(
        part.replay, of: part.dataset, runs: part.runs.runs, isNormal: part.isNormal,
        windowLength: windowLength,
        keepsLast: (0..<columnCount).map { !aggregation(ofColumn: $0).isOnline })
    }
    return units
  }

  /// The aggregation that a column is of.
  func aggregation(ofColumn column: Int) -> Aggregation {
    aggregations[column % aggregations.count]
  }

  /// For every column, thresholds by the false-positive rate over traces, and by the training scores.
  func rules(_ units: EvaluationUnits, largest: [Double]?, columnCount: Int) -> [[Rule]] {
    (0..<columnCount).map { column in
      let scores = units.scores(.traces, column: column)
      var rules = RankingMetrics.rates.compactMap { rate in
        scores.threshold(falsePositiveRate: rate).map {
          Rule(name: "\(Self.percent(rate)) % of normal traces", threshold: $0)
        }
      }
      if let largest, aggregation(ofColumn: column).isOnline {
        rules.append(
          Rule(
            name: "\(multiple.formatted(decimals: 1)) x largest of training",
            threshold: largest[column] * multiple))
      }
      return rules
    }
  }

  /// A rate as tables have it: 0.1, 1, 5.
  static func percent(_ rate: Double) -> String {
    let percent = 100 * rate
    return percent == percent.rounded() ? "\(Int(percent))" : percent.formatted(decimals: 1)
  }

  /// For every part, column and rule, what would have been found; no study of a mean, which is known
  /// only when a trace is over.
  func studies(_ parts: [Part], _ rules: [[Rule]]) throws -> [[[DetectionStudy]]] {
    try parts.map { part in
      progress("\(part.dataset.path): counting alarms")
      var studies = rules.enumerated().map { column, rules in
        aggregation(ofColumn: column).isOnline
          ? rules.map { _ in DetectionStudy(part.runs) } : []
      }
      try part.replay.run(
        { step in
          for column in studies.indices {
            for index in studies[column].indices {
              let isOver = step.scores[column].map { $0 > rules[column][index].threshold } ?? false
              studies[column][index].add(
                isOver: isOver, tid: UInt32(step.sequence), time: step.time)
            }
          }
        },
        ended: { sequence in
          for column in studies.indices {
            for index in studies[column].indices {
              studies[column][index].end(tid: UInt32(sequence))
            }
          }
        })
      return studies
    }
  }
}
