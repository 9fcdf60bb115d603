import Checkpoints
import Foundation
import ModelFormat
import TraceData

/// A training run from data set to checkpoint: what is decided before the first batch, and the run.
public struct TrainingJob<Traces: TrainingTraces> {
  /// What the run depends on besides the data.
  public let configuration: TrainingConfiguration
  /// Which events train and which are held out.
  public let split: HeldOutSplit
  /// The states the network will know.
  public let vocabulary: ModelVocabulary
  /// The network.
  public let architecture: Architecture
  /// Of what training sees of the data; SHA-256 in hexadecimal.
  public let dataDigest: String
  /// What is trained on.
  public let traces: Traces

  /// Splits the data, counts its states and shapes the network.
  ///
  /// - Throws: what is wrong with the configuration or the data.
  public init(traces: Traces, configuration: TrainingConfiguration) throws(TrainingError) {
    try configuration.validate()
    self.traces = traces
    self.configuration = configuration
    let scan: TraceScan
    do {
      scan = try TraceScan(of: traces)
    } catch { throw .data(error) }
    dataDigest = scan.digest
    split = HeldOutSplit(
      of: traces, share: configuration.heldOut, seed: configuration.seed, isRare: scan.isRare)
    vocabulary = try ModelVocabulary(
      of: traces, split: split, minimumCount: configuration.minimumCount)
    do {
      architecture = try configuration.architecture(vocabularySize: vocabulary.count)
    } catch { throw .architecture(error) }
  }

  /// How a run is carried out; nothing here changes its result.
  public struct Options {
    /// Threads that compute, the calling one included.
    public var threads = ProcessInfo.processInfo.activeProcessorCount
    /// Seconds between two checkpoints inside an epoch.
    public var saveInterval = 60.0
    /// Tool and version, for the checkpoint.
    public var createdBy: String
    /// Asked after every batch.
    public var shouldStop: () -> Bool = { false }
    /// Told of every batch and every epoch.
    public var report: (TrainingEvent) throws(TrainingError) -> Void = { _ in }

    /// Every core, a checkpoint a minute.
    public init(createdBy: String) { self.createdBy = createdBy }
  }

  /// Trains, and keeps the checkpoint at `path` up to date.
  ///
  /// - Parameter checkpoint: where to go on; nil to start anew.
  /// - Returns: whether training is complete; false when told to stop.
  /// - Throws: `.otherData`, `.otherSetting`, `.notResumable` where the checkpoint does not belong
  ///   to this job; `.diverged`, with the last checkpoint still in place; what files throw.
  public func run(
    resuming checkpoint: Checkpoint? = nil, savingTo path: String, options: Options
  ) throws(TrainingError) -> Bool {
    if let checkpoint { try check(checkpoint) }
    return try run(network, checkpoint, path, options)
  }

  /// The network, before it has weights.
  var network: any Network { architecture.network(batchTargets: configuration.batchTokens) }

  func run(
    _ network: some Network, _ checkpoint: Checkpoint?, _ path: String, _ options: Options
  ) throws(TrainingError) -> Bool {
    // Held all the time: whether it can be written is better known before hours of training, and
    // two runs must not take turns.
    var next = try Self.newFile(at: path)
    var content = checkpoint ?? fresh(createdBy: options.createdBy)
    let trainer = Trainer(
      network: network, sampler: makeSampler(), checkpoint: content,
      configuration: configuration, threads: options.threads)
    var lastSave = ContinuousClock.now
    func save() throws(TrainingError) {
      content.update(from: trainer)
      do {
        try content.write(into: next)
      } catch { throw .checkpoint(error) }
      next = try Self.newFile(at: path)
      lastSave = .now
    }
    return try trainer.run(
      report: options.report,
      isSaveDue: { (ContinuousClock.now - lastSave) / .seconds(1) >= options.saveInterval },
      shouldStop: options.shouldStop, save: save)
  }

  private static func newFile(at path: String) throws(TrainingError) -> HDF5File {
    do {
      return try Checkpoint.newFile(at: path)
    } catch { throw .checkpoint(error) }
  }

  func makeSampler() -> SegmentSampler<Traces> {
    SegmentSampler(
      traces: traces, vocabulary: vocabulary, split: split,
      receptiveField: architecture.receptiveField, configuration: configuration)
  }

  /// The first weights, drawn by the seed.
  func fresh(createdBy: String) -> Checkpoint {
    var checkpoint = Checkpoint(
      architecture: architecture, vocabulary: vocabulary.entries,
      parameters: architecture.initialParameters(seed: configuration.seed))
    let zeros = [Float](repeating: 0, count: architecture.parameterCount)
    checkpoint.training = TrainingState(
      configuration: configuration, dataDigest: dataDigest, createdBy: createdBy,
      progress: TrainingProgress(), firstMoment: zeros, secondMoment: zeros)
    return checkpoint
  }

  /// Whether the checkpoint was made by a run of this job, which can go on from it.
  public func canResume(_ checkpoint: Checkpoint) -> Bool { (try? check(checkpoint)) != nil }

  /// - Throws: why it is not: `.otherData`, `.otherSetting`, `.notResumable`.
  private func check(_ checkpoint: Checkpoint) throws(TrainingError) {
    guard let training = checkpoint.training else { throw .notResumable }
    if let other = training.configuration.differences(from: configuration).first {
      throw .otherSetting(key: other.key, checkpoint: other.own, asked: other.other)
    }
    guard training.dataDigest == dataDigest, checkpoint.vocabulary == vocabulary.entries,
      checkpoint.architecture == architecture
    else { throw .otherData(checkpoint: training.dataDigest, found: dataDigest) }
  }
}

extension Checkpoint {
  fileprivate mutating func update<N, Traces>(from trainer: Trainer<N, Traces>) {
    parameters = trainer.latestParameters
    bestParameters = trainer.chosenParameters
    training?.progress = trainer.progress
    let (first, second) = trainer.moments
    training?.firstMoment = first
    training?.secondMoment = second
  }
}
