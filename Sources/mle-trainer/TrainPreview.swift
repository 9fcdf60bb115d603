import Foundation
import TraceData
import Training

/// `mle-trainer train --dry-run`: what a run would be like.
enum TrainPreview {
  /// Trains for a second and tells about it on stdout.
  static func print(
    _ job: TrainingJob<TraceDataset>, data: String, threads: Int
  ) throws {
    let preview = try job.preview(threads: threads, seconds: 1)
    for line in TrainNotes.start(job, data: data) + lines(job, preview, threads: threads) {
      Swift.print(line)
    }
  }

  private static func lines(
    _ job: TrainingJob<TraceDataset>, _ preview: TrainingPreview, threads: Int
  ) -> [String] {
    let configuration = job.configuration
    var lines = [
      "\(job.architecture.multiplyAddsPerEvent) multiply-adds an event to score, three times as "
        + "many to train",
      "\(preview.batches) batches of about \(configuration.batchTokens) events an epoch, "
        + "\(preview.updates) updates in \(configuration.epochs) epochs",
    ]
    if let rate = preview.eventsPerSecond, rate > 0 {
      let seconds = Double(job.split.trainingCount) / rate
      lines.append(
        String(format: "%.0f events/s on %d threads, %.1f s an epoch", rate, threads, seconds))
    }
    lines.append("\(peakMemory >> 20) MB of memory so far")
    return lines
  }

  /// The most that was resident so far, in bytes.
  private static var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss << 10
  }
}
