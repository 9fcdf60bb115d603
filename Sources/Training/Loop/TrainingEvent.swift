/// What a training run tells while it runs.
public enum TrainingEvent: Sendable {
  /// A batch is done.
  case step(StepReport)
  /// An epoch is complete, its held-out loss included.
  case epoch(EpochReport)
}

/// Where a run is.
public struct StepReport: Equatable, Sendable {
  /// The epoch under way, counted from 1.
  public var epoch: Int
  /// How many epochs there are at most.
  public var epochs: Int
  /// Batches of this epoch that are done.
  public var batch: Int
  /// How many batches this epoch has.
  public var batches: Int
  /// Mean cross entropy over this epoch so far, in nats.
  public var loss: Double
  /// Events predicted since the run was started or resumed.
  public var tokens: Int
}

/// What an epoch brought.
public struct EpochReport: Equatable, Sendable {
  /// Counted from 1.
  public var epoch: Int
  /// How many epochs there are at most.
  public var epochs: Int
  /// Updates of the weights so far.
  public var step: Int
  /// Mean cross entropy over the epoch's training targets, with dropout, in nats.
  public var trainLoss: Double
  /// Mean cross entropy over the held-out targets, in nats; nil where nothing is held out.
  public var heldOutLoss: Double?
  /// Whether its held-out loss is the smallest so far.
  public var isBest: Bool
  /// The step size at the epoch's last update.
  public var learningRate: Double
  /// Events predicted in this epoch, in this process.
  public var tokens: Int
  /// Wall-clock time of these, in seconds, without the held-out loss.
  public var seconds: Double
}
