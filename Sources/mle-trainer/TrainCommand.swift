import ArgumentParser
import Foundation
import TraceData
import Training

/// `mle-trainer train`: a data set into a checkpoint.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a network on the normal sequences of a data set.",
    discussion: """
      The same data, options and seed give the same checkpoint bytes, with any number of threads. \
      Ctrl-C writes the checkpoint and ends; --resume goes on as if nothing had happened.
      """)

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The checkpoint to make, or to go on with.", valueName: "out.h5"))
  var output: String

  @Flag(help: "Go on with the run that wrote the checkpoint; it knows its options.")
  var resume = false

  @OptionGroup(title: "Network and training")
  var options: TrainOptions

  @Option(help: "Threads that compute, 1...1024 (default: every core).")
  var threads: Int?

  @Option(help: ArgumentHelp("Seconds between two checkpoints in an epoch.", valueName: "seconds"))
  var saveEvery = 60.0

  @Option(help: ArgumentHelp("Add a JSON object an epoch to this file.", valueName: "file"))
  var log: String?

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024.")
    }
    if !(saveEvery >= 0) { throw ValidationError("--save-every must be 0 or more.") }
  }

  func run() throws {
    do {
      try train()
    } catch let error as TrainingError {
      throw TrainingFailure(error, data: data, checkpoint: output)
    } catch let error as CheckpointError {
      throw TrainingFailure(.checkpoint(error), data: data, checkpoint: output)
    }
  }

  private func train() throws {
    try TrainingFailure.checkCPU()
    let checkpoint = resume ? try Checkpoint.read(output) : nil
    var configuration = checkpoint?.training?.configuration ?? TrainingConfiguration()
    options.apply(to: &configuration)
    try configuration.validate()
    let traces = try TraceDataset(path: data)
    let job = try TrainingJob(traces: traces, configuration: configuration)
    let log = try log.map { path throws(TrainingError) in
      try TrainingLog(path: path, continues: resume)
    }
    let bar = ProgressBar()
    if !quiet { TrainNotes.start(job, data: data).forEach(bar.line) }
    StopSignal.watch()
    let isComplete = try job.run(
      resuming: checkpoint, savingTo: output, options: jobOptions(bar, log))
    bar.clear()
    if let signal = StopSignal.number, !isComplete {
      if !quiet { bar.line("stopped; go on with: mle-trainer train \(data) -o \(output) --resume") }
      throw ExitCode(128 + signal)
    }
    if !quiet { bar.line(TrainNotes.end(try Checkpoint.read(output), path: output)) }
  }

  private func jobOptions(
    _ bar: ProgressBar, _ log: TrainingLog?
  ) -> TrainingJob<TraceDataset>.Options {
    var job = TrainingJob<TraceDataset>.Options(createdBy: MLETrainer.createdBy)
    if let threads { job.threads = threads }
    job.saveInterval = saveEvery
    job.shouldStop = { StopSignal.number != nil }
    job.report = { event throws(TrainingError) in
      if !quiet { bar.show(event) }
      if case .epoch(let report) = event { try log?.add(report) }
    }
    return job
  }
}
