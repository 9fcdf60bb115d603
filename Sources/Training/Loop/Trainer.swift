import Checkpoints
import Foundation
import ModelFormat
import TraceData

/// Trains one network, batch by batch, from a fresh or a resumed state.
///
/// After every batch the state is complete: what follows depends on nothing else, neither on the
/// time nor on the number of threads.
final class Trainer<N: Network, Traces: TrainingTraces> {
  private(set) var progress: TrainingProgress
  private let configuration: TrainingConfiguration
  private let sampler: SegmentSampler<Traces>
  private let shards: GradientShards<N>
  private let parameters: Buffer<Float>
  private let bestParameters: Buffer<Float>
  private let optimizer: BatchOptimizer
  private let clock: StopWatch
  /// Updates of the weights in all epochs.
  let totalSteps: Int

  /// - Parameter checkpoint: where to start from; with a training state, where to go on.
  init(
    network: N, sampler: SegmentSampler<Traces>, checkpoint: Checkpoint,
    configuration: TrainingConfiguration, threads: Int
  ) {
    self.configuration = configuration
    self.sampler = sampler
    let pool = GradientShards<N>.pool(threads: threads)
    shards = GradientShards(network: network, pool: pool)
    progress = checkpoint.training?.progress ?? TrainingProgress()
    parameters = Buffer(checkpoint.parameters)
    bestParameters = Buffer(checkpoint.bestParameters ?? checkpoint.parameters)
    totalSteps = (0..<configuration.epochs).reduce(0) { $0 + sampler.batchCount(inEpoch: $1) }
    optimizer = BatchOptimizer(
      architecture: network.architecture, configuration: configuration, totalSteps: totalSteps,
      state: checkpoint.training, pool: pool)
    clock = StopWatch()
  }

  /// The latest weights.
  var latestParameters: [Float] { parameters.array }

  /// The weights of the best epoch, once there is one.
  var chosenParameters: [Float]? { progress.best == nil ? nil : bestParameters.array }

  /// Adam's moments.
  var moments: (first: [Float], second: [Float]) {
    (optimizer.firstMoment.array, optimizer.secondMoment.array)
  }

  /// Trains until all is done or `shouldStop` says so, which is asked after every batch.
  ///
  /// - Parameters:
  ///   - save: called when the state should go to disk: after an epoch, and after a batch when
  ///     `isSaveDue`; also before it returns `false`.
  /// - Returns: whether training is complete.
  func run(
    report: (TrainingEvent) throws(TrainingError) -> Void,
    isSaveDue: () -> Bool, shouldStop: () -> Bool, save: () throws(TrainingError) -> Void
  ) throws(TrainingError) -> Bool {
    while !progress.isComplete(configuration) {
      clock.restart()
      let batches = sampler.batchCount(inEpoch: progress.epoch)
      while progress.batch < batches {
        if shouldStop() {
          try save()
          return false
        }
        try trainBatch()
        try report(.step(stepReport(batches: batches)))
        if progress.batch < batches, isSaveDue() { try save() }
      }
      clock.stop()
      guard let heldOut = try heldOutLoss(unless: shouldStop) else {
        try save()
        return false
      }
      // Told before it is kept: an epoch that is told twice is better than one that is never told.
      try report(.epoch(finishEpoch(heldOutLoss: heldOut.loss)))
      try save()
    }
    return true
  }

  private func trainBatch() throws(TrainingError) {
    let batch: [Segment]
    do {
      batch = try sampler.batch(progress.batch, ofEpoch: progress.epoch)
    } catch { throw .data(error) }
    let key = RandomStream.key(seed: configuration.seed, .dropout, progress.step)
    let dropout = configuration.dropout > 0 ? (Float(configuration.dropout), key) : nil
    let (loss, count) = shards.accumulate(batch, parameters: parameters, dropout: dropout)
    let isFinite = optimizer.update(parameters, gradient: shards.gradient, step: progress.step + 1)
    guard loss.isFinite, isFinite else { throw diverged(loss / Double(max(1, count))) }
    progress.step += 1
    progress.batch += 1
    progress.lossSum += loss
    progress.lossCount += count
    clock.tokens += batch.reduce(0) { $0 + $1.targets.count }
  }

  /// The mean over the held-out part; its `loss` is nil where nothing is held out.
  ///
  /// - Returns: nil when told to stop.
  private func heldOutLoss(
    unless shouldStop: () -> Bool
  ) throws(TrainingError) -> (loss: Double?, count: Int)? {
    var (loss, count) = (0.0, 0)
    for index in 0..<sampler.heldOutBatchCount {
      if shouldStop() { return nil }
      let batch: [Segment]
      do {
        batch = try sampler.heldOutBatch(index)
      } catch { throw .data(error) }
      let part = shards.loss(batch, parameters: parameters)
      loss += part.loss
      count += part.count
    }
    guard count > 0 else { return (nil, 0) }
    guard loss.isFinite else { throw diverged(loss) }
    return (loss / Double(count), count)
  }

  private func finishEpoch(heldOutLoss: Double?) -> EpochReport {
    progress.epoch += 1
    let isBest = heldOutLoss.map { $0 < progress.best?.loss ?? .infinity } ?? false
    if let heldOutLoss, isBest {
      progress.best = TrainingProgress.Best(epoch: progress.epoch, loss: heldOutLoss)
      progress.epochsSinceBest = 0
      bestParameters.base.update(from: parameters.base, count: parameters.count)
    } else if heldOutLoss != nil {
      progress.epochsSinceBest += 1
    }
    let report = EpochReport(
      epoch: progress.epoch, epochs: configuration.epochs, step: progress.step,
      trainLoss: meanLoss, heldOutLoss: heldOutLoss, isBest: isBest,
      learningRate: Double(optimizer.learningRate(atStep: progress.step)),
      tokens: clock.tokens, seconds: clock.seconds)
    progress.batch = 0
    progress.lossSum = 0
    progress.lossCount = 0
    return report
  }

  private var meanLoss: Double { progress.lossSum / Double(max(1, progress.lossCount)) }

  private func stepReport(batches: Int) -> StepReport {
    StepReport(
      epoch: progress.epoch + 1, epochs: configuration.epochs, batch: progress.batch,
      batches: batches, loss: meanLoss, tokens: clock.totalTokens)
  }

  private func diverged(_ loss: Double) -> TrainingError {
    .diverged(
      epoch: progress.epoch + 1, step: progress.step + 1, loss: loss,
      learningRate: Double(optimizer.learningRate(atStep: progress.step + 1)))
  }
}
