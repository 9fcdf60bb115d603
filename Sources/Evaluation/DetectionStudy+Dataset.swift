import ModelFormat
import Scoring
import TraceData

extension DetectionStudy {
  /// What several sets of thresholds would have found in one pass over a data set.
  ///
  /// Attack runs are those of `AttackRuns`; everything outside of them counts as normal.
  ///
  /// - Parameters:
  ///   - isNormal: whether the data set is normal whatever its labels say.
  ///   - rules: the model's channels, each time with other thresholds.
  ///   - observe: is shown every event, and may ask the scorer about it.
  /// - Throws: what scoring throws.
  public static func studies(
    of model: LoadedModel, on dataset: TraceDataset, isNormal: Bool, rules: [[DetectionChannel]],
    progress: (Int) -> Void = { _ in },
    observe: (DatasetScorer.Step, DatasetScorer) throws -> Void = { _, _ in }
  ) throws -> [DetectionStudy] {
    let runs = try AttackRuns(dataset, isNormal: isNormal)
    var studies = rules.map {
      DetectionStudy(channels: $0, runs: runs.runs, normalTime: runs.normalTime)
    }
    let scorer = try DatasetScorer(model, dataset)
    var events = 0
    try scorer.run(
      { step in
        events += 1
        if events % 65_536 == 0 { progress(events) }
        try observe(step, scorer)
        for index in studies.indices {
          studies[index].add(
            step.scored.scores, pastEvents: step.scored.pastEvents, tid: UInt32(step.sequence),
            time: runs.hasTimes ? step.time : UInt64(step.event))
        }
      },
      ended: { sequence in
        for index in studies.indices { studies[index].end(tid: UInt32(sequence)) }
      })
    return studies
  }
}
