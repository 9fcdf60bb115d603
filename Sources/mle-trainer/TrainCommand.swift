import ArgumentParser
import Checkpoints
import CommandSupport
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
    help: ArgumentHelp(
      "The checkpoint to make, or to go on with; not needed with --dry-run.", valueName: "out.h5"))
  var output: String?

  @Flag(help: "Go on with the run that wrote the checkpoint; it knows its options.")
  var resume = false

  @OptionGroup(title: "Network and training")
  var options: TrainOptions

  @OptionGroup
  var threading: ThreadsOption

  @Option(
    help:
      ArgumentHelp("Seconds between two checkpoints in an epoch, 0 or more.", valueName: "seconds"))
  var saveEvery = 60.0

  @Option(
    help: ArgumentHelp(
      "Stop after so much training, above 0; --resume goes on.", valueName: "seconds"))
  var maxSeconds: Double?

  @Flag(help: "Train for a second, tell what a run would take, and write nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Add a JSON object an epoch to this file.", valueName: "file"))
  var log: String?

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  func validate() throws {
    if !(saveEvery >= 0) { throw ValidationError("--save-every must be 0 or more.") }
    if let maxSeconds, !(maxSeconds > 0) {
      throw ValidationError("--max-seconds must be above 0.")
    }
    if output == nil, !dryRun {
      throw ValidationError("Give --output, where the checkpoint goes, or --dry-run.")
    }
    if dryRun, resume || log != nil {
      throw ValidationError(
        "--dry-run begins anew and writes nothing: leave out --resume and --log.")
    }
  }

  func run() throws {
    if !dryRun { try OutputFiles.check([output, log], inputs: [data]) }
    do {
      try TrainingFailure.checkCPU()
      if dryRun {
        try TrainPreview.print(makeJob(resuming: nil), data: data, threads: threading.count)
      } else if let output {
        try train(output)
      }
    } catch let error as TrainingError {
      throw TrainingFailure(error, data: data, checkpoint: output ?? data)
    }
  }

  private func makeJob(resuming checkpoint: Checkpoint?) throws -> TrainingJob<TraceDataset> {
    var configuration = checkpoint?.training?.configuration ?? TrainingConfiguration()
    options.apply(to: &configuration)
    if let option = options.option(withoutUseFor: configuration.network) {
      throw UsageError(
        "\(option): is not of the network \(configuration.network.rawValue); leave it out")
    }
    try configuration.validate()
    return try TrainingJob(traces: TraceDataset(path: data), configuration: configuration)
  }

  private func train(_ output: String) throws {
    let checkpoint = resume ? try Checkpoint.read(output) : nil
    let job = try makeJob(resuming: checkpoint)
    if !resume { try checkIsNotBegun(job, output) }
    let log = try log.map { path throws(TrainingError) in
      try TrainingLog(path: path, continues: resume)
    }
    let bar = ProgressBar(write: StandardError.write)
    defer { bar.clear() }
    if !quiet { TrainNotes.start(job, data: data).forEach(bar.line) }
    StopSignal.watch()
    let isComplete = try job.run(
      resuming: checkpoint, savingTo: output, options: jobOptions(bar, log))
    guard isComplete else {
      if !quiet { bar.line("stopped; go on with the same command and --resume") }
      if let signal = StopSignal.number { throw ExitCode(128 + signal) }
      return
    }
    if !quiet { bar.line(TrainNotes.end(try Checkpoint.read(output), path: output)) }
  }

  /// - Throws: `UsageError` where there is a part of the same run, for which `--resume` was forgotten.
  private func checkIsNotBegun(
    _ job: TrainingJob<TraceDataset>, _ output: String
  ) throws(UsageError) {
    guard let earlier = try? Checkpoint.read(output), let progress = earlier.training?.progress,
      job.canResume(earlier), !progress.isComplete(job.configuration)
    else { return }
    throw UsageError(
      "\(output): has \(progress.epoch) of the \(job.configuration.epochs) epochs of this run;"
        + " go on with --resume, or remove it")
  }

  private func jobOptions(
    _ bar: ProgressBar, _ log: TrainingLog?
  ) -> TrainingJob<TraceDataset>.Options {
    var job = TrainingJob<TraceDataset>.Options(createdBy: MLETrainer.createdBy)
    job.threads = threading.count
    job.saveInterval = saveEvery
    let limit = maxSeconds ?? .infinity
    // Not before the first update, so that runs of a second each get somewhere.
    var start: ContinuousClock.Instant?
    job.shouldStop = {
      StopSignal.number != nil || start.map { (.now - $0) / .seconds(1) >= limit } ?? false
    }
    job.report = { event throws(TrainingError) in
      if start == nil {
        start = .now
        log?.begin()
      }
      if !quiet { bar.show(event) }
      if case .epoch(let report) = event { try log?.add(report) }
    }
    return job
  }
}
