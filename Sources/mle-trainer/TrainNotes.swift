import Checkpoints
import Foundation
import TraceData
import Training

/// What a training run tells about itself before the first batch and after the last.
enum TrainNotes {
  /// Lines about data and network.
  static func start(_ job: TrainingJob<TraceDataset>, data: String) -> [String] {
    let split = job.split
    let architecture = job.architecture
    var lines = [
      "\(data): \(split.trainingCount) events train, \(split.heldOutCount) are held out; "
        + "\(job.vocabulary.count - 1) states",
      "\(job.configuration.network.rawValue): \(architecture.parameterCount) weights, "
        + "looks back \(architecture.receptiveField) events",
    ]
    if job.traces.lostRecords > 0 {
      lines.append(
        "lost by its sources: \(job.traces.lostRecords) records; what is around a loss trains as if it "
          + "followed each other")
    }
    if split.attackSequences > 0 {
      lines.append("left out: \(split.attackSequences) sequences that are labelled an attack")
    }
    if split.tailSequences > 0 {
      lines.append(
        "held out: the last events of \(split.tailSequences) long sequences, for there are too few "
          + "short ones")
    }
    if split.heldOutCount == 0 {
      lines.append("nothing is held out: the last epoch counts as the best")
    }
    return lines
  }

  /// What came out.
  static func end(_ checkpoint: Checkpoint, path: String) -> String {
    guard let progress = checkpoint.training?.progress else { return path }
    guard let best = progress.best else { return "\(path): \(progress.epoch) epochs" }
    return "\(path): \(progress.epoch) epochs, the best is \(best.epoch) with a held-out loss of "
      + String(format: "%.4f nats", best.loss)
  }
}
