import Checkpoints
import ModelFormat
import TraceData

/// What a training run would be like, from some updates that were made and forgotten.
public struct TrainingPreview: Sendable {
  /// Batches of the first epoch.
  public var batches: Int
  /// Updates of the weights in all epochs, where patience does not end the run.
  public var updates: Int
  /// Events trained per second; nil where not even two updates were made.
  public var eventsPerSecond: Double?
}

extension TrainingJob {
  /// Trains for about `seconds`, at least one update, and saves nothing.
  ///
  /// - Throws: `.diverged`, and what reading the data throws.
  public func preview(threads: Int, seconds: Double) throws(TrainingError) -> TrainingPreview {
    try preview(network, threads, seconds)
  }

  private func preview(
    _ network: some Network, _ threads: Int, _ seconds: Double
  ) throws(TrainingError) -> TrainingPreview {
    let sampler = makeSampler()
    let trainer = Trainer(
      network: network, sampler: sampler, checkpoint: fresh(createdBy: ""),
      configuration: configuration, threads: threads)
    // The clock starts after the first update, whose buffers had to be made.
    var first: (time: ContinuousClock.Instant, tokens: Int)?
    var rate: Double?
    _ = try trainer.run(
      report: { event throws(TrainingError) in
        guard case .step(let report) = event else { return }
        guard let first else {
          first = (.now, report.tokens)
          return
        }
        rate = Double(report.tokens - first.tokens) / ((.now - first.time) / .seconds(1))
      },
      isSaveDue: { false },
      shouldStop: { first.map { (.now - $0.time) / .seconds(1) >= seconds } ?? false },
      save: { () throws(TrainingError) in })
    return TrainingPreview(
      batches: sampler.batchCount(inEpoch: 0), updates: trainer.totalSteps, eventsPerSecond: rate)
  }
}
