import ModelFormat
import TraceData

/// Why a training run cannot start or go on.
public enum TrainingError: Error, Sendable {
  /// A setting is not one of the values that are allowed.
  case setting(key: String, value: String, allowed: String)
  /// The network is one that no detector may have.
  case architecture(ModelFormatError)
  /// The data set cannot be read.
  case data(TraceDataError)
  /// The checkpoint cannot be read or written.
  case checkpoint(CheckpointError)
  /// The log cannot be written.
  case log(path: String, SystemCallError)
  /// The training part has no known state that occurs `minimumCount` times.
  case noStates(minimumCount: Int)
  /// The training part has more states than a network can know, the unknown state included.
  case tooManyStates(found: Int, limit: Int)
  /// The checkpoint to resume was made with other data; both digests in hexadecimal.
  case otherData(checkpoint: String, found: String)
  /// The checkpoint to resume was made with another value of `key`.
  case otherSetting(key: String, checkpoint: String, asked: String)
  /// The checkpoint to resume has weights but no training state.
  case notResumable
  /// The loss or the gradient is no longer a finite number.
  case diverged(epoch: Int, step: Int, loss: Double, learningRate: Double)
}
