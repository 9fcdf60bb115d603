import ModelFormat
import Scoring
import TraceData

extension DetectionStudy {
  /// What several sets of thresholds would have found in one pass over a data set.
  ///
  /// Attack runs are the data set's intervals that are labelled so; everything outside of them
  /// counts as normal.
  ///
  /// - Parameter rules: the model's channels, each time with other thresholds.
  /// - Throws: what scoring throws.
  public static func studies(
    of model: LoadedModel, on dataset: TraceDataset, rules: [[DetectionChannel]],
    progress: (Int) -> Void = { _ in }
  ) throws -> [DetectionStudy] {
    let runs = dataset.intervals.filter { $0.label == .attack }.sorted { $0.start < $1.start }
      .map { AttackRun(kind: $0.name, time: $0.start...$0.end) }
    var studies = rules.map { DetectionStudy(channels: $0, runs: runs) }
    let scorer = DatasetScorer(model, dataset)
    var events = 0
    try scorer.run(
      { step in
        events += 1
        if events % 65_536 == 0 { progress(events) }
        for index in studies.indices {
          studies[index].add(
            step.scored.scores, pastEvents: step.scored.pastEvents, tid: UInt32(step.sequence),
            time: step.time)
        }
      },
      ended: { sequence in
        for index in studies.indices { studies[index].end(tid: UInt32(sequence)) }
      })
    return studies
  }
}
