/// Everything besides the weights that decides how a training run goes on.
///
/// There is no random state: every random choice is a function of the seed and of the position here.
public struct TrainingState: Equatable, Sendable {
  /// What the run was started with.
  public var configuration: TrainingConfiguration
  /// SHA-256 of the data set's content, in hexadecimal.
  public var dataDigest: String
  /// The tool that wrote it and its version.
  public var createdBy: String
  /// How far the run has come.
  public var progress: TrainingProgress
  /// Adam's mean of the gradients, as many as there are weights.
  public var firstMoment: [Float]
  /// Adam's mean of the squared gradients, as many as there are weights.
  public var secondMoment: [Float]

  package init(
    configuration: TrainingConfiguration, dataDigest: String, createdBy: String,
    progress: TrainingProgress, firstMoment: [Float], secondMoment: [Float]
  ) {
    self.configuration = configuration
    self.dataDigest = dataDigest
    self.createdBy = createdBy
    self.progress = progress
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
  }
}

/// How far a training run has come.
public struct TrainingProgress: Equatable, Sendable {
  /// Updates of the weights so far.
  public var step = 0
  /// Epochs that are complete, their held-out loss included.
  public var epoch = 0
  /// Batches of the next epoch that are done.
  public var batch = 0
  /// Sum of the cross entropies over those batches, in nats.
  public var lossSum = 0.0
  /// How many targets they were of.
  public var lossCount = 0
  /// The epoch, counted from 1, with the smallest held-out loss so far.
  public var best: Best?
  /// Complete epochs since then.
  public var epochsSinceBest = 0

  /// Nothing done yet.
  public init() {}

  /// The best epoch and its held-out loss in nats.
  public struct Best: Equatable, Sendable {
    /// Counted from 1.
    public var epoch: Int
    /// Mean cross entropy over the held-out targets.
    public var loss: Double

    package init(epoch: Int, loss: Double) {
      self.epoch = epoch
      self.loss = loss
    }
  }

  /// Whether nothing is left to do.
  public func isComplete(_ configuration: TrainingConfiguration) -> Bool {
    epoch >= configuration.epochs
      || configuration.patience > 0 && epochsSinceBest >= configuration.patience
  }
}
