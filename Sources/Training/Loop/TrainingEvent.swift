/// What a training run tells while it runs.
public enum TrainingEvent {
  /// A batch is done.
  case step(StepReport)
  /// An epoch is complete, its held-out loss included.
  case epoch(EpochReport)
}

/// Where a run is.
public struct StepReport: Sendable {
  /// The epoch under way, counted from 1.
  var epoch: Int
  /// How many epochs there are at most.
  var epochs: Int
  /// Batches of this epoch that are done.
  var batch: Int
  /// How many batches this epoch has.
  var batches: Int
  /// Mean cross entropy over this epoch so far, in nats.
  var loss: Double
  /// Events predicted since the run was started or resumed.
  var tokens: Int
}

/// What an epoch brought.
public struct EpochReport: Sendable {
  /// Counted from 1.
  var epoch: Int
  /// How many epochs there are at most.
  var epochs: Int
  /// Updates of the weights so far.
  var step: Int
  /// Mean cross entropy over the epoch's training targets, with dropout, in nats.
  var trainLoss: Double
  /// Mean cross entropy over the held-out targets, in nats; nil where nothing is held out.
  var heldOutLoss: Double?
  /// Whether its held-out loss is the smallest so far.
  var isBest: Bool
  /// The step size at the epoch's last update.
  var learningRate: Double
  /// Events predicted in this epoch, in this process.
  var tokens: Int
  /// Wall-clock time of these, in seconds, without the held-out loss.
  var seconds: Double
}
