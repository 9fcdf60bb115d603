import ArgumentParser
import Checkpoints
import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import TraceData
import Training

/// `mle-trainer calibrate`: scores every event with a network that did not train on it.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Scores a data set by networks that have not seen what they score.",
    discussion: """
      The processes of the data set are dealt to folds; for each fold a network is trained on the \
      others, as the checkpoint was. mle-export --calibration makes thresholds of the scores that hold \
      for new data. Ctrl-C ends; --resume goes on.
      """)

  @Argument(help: ArgumentHelp("What mle-trainer train wrote.", valueName: "checkpoint"))
  var checkpoint: String

  @Argument(help: ArgumentHelp("The data set that it was trained on.", valueName: "data.h5"))
  var data: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The scores to make.", valueName: "scores.h5"))
  var output: String

  @Option(help: "How many folds, 2...50.")
  var folds = 5

  @Option(
    help: """
      The last so many folds train nothing and count for no threshold: mle-export tells whether what it \
      promises holds for them, 0...folds-2.
      """)
  var unseen = 0

  @Option(help: "What deals the processes to folds.")
  var seed: UInt64 = 1

  @Flag(help: "Go on with the run that made the output.")
  var resume = false

  @OptionGroup
  var threading: ThreadsOption

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  func validate() throws {
    guard (2...50).contains(folds) else { throw ValidationError("--folds must be 2 to 50.") }
    guard (0...(folds - 2)).contains(unseen) else {
      throw ValidationError("--unseen must be 0 to \(folds - 2), two folds fewer than there are.")
    }
  }

  func run() throws {
    try OutputFiles.check([output, foldCheckpoint], inputs: [checkpoint, data])
    do {
      try TrainingFailure.checkCPU()
      try calibrate()
    } catch let error as TrainingError {
      throw TrainingFailure(error, data: data, checkpoint: foldCheckpoint)
    }
  }

  /// The network in training is kept beside the scores until it is done.
  private var foldCheckpoint: String { output + ".network" }

  private func calibrate() throws {
    let trained = try Checkpoint.read(checkpoint)
    guard let configuration = trained.training?.configuration else {
      throw FileError(
        checkpoint, .badData, "has weights but no training configuration; name one of mle-trainer")
    }
    let dataset = try TraceDataset(path: data)
    let digest = try dataset.trainingDigest()
    guard trained.training?.dataDigest == digest else {
      throw UsageError(
        "\(checkpoint): was trained on other data than \(data); name the data set that it was trained on"
      )
    }
    // Held all the time: two runs must not take turns.
    var next = try HDF5File(creating: output)
    let plan = FoldPlan(of: dataset, count: folds, seed: seed)
    let scored = plan.blocks.filter {
      !$0.events.isEmpty && dataset.sequences.label($0.sequence) != .attack
    }
    guard Set(scored.map { plan.folds[$0.cluster] }).count == folds else {
      throw FileError(
        data, .badData,
        "has fewer independent normal processes than \(folds) folds; lower --folds or record more")
    }
    var surprises = try start(dataset, digest, plan, configuration, &next)
    StopSignal.watch()
    while !surprises.isComplete {
      let bar = ProgressBar(write: StandardError.write)
      defer { bar.clear() }
      let index = surprises.foldsDone
      let traces = FoldTraces(dataset, plan, leavingOut: surprises.leftOut(ofNetwork: index))
      let job = try TrainingJob(traces: traces, configuration: configuration)
      if !quiet {
        bar.line(
          "network \(index + 1) of \(surprises.networkCount): \(job.split.trainingCount) events train"
        )
      }
      guard try train(job, bar) else {
        if !quiet { bar.line("stopped; go on with the same command and --resume") }
        throw ExitCode(128 + (StopSignal.number ?? 0))
      }
      bar.clear()
      let network = try DetectorFile(of: try Checkpoint.read(foldCheckpoint)).model
      try surprises.score(dataset, with: network, number: index)
      try save(surprises, &next)
      try? FileManager.default.removeItem(atPath: foldCheckpoint)
    }
    if !quiet {
      ProgressBar(write: StandardError.write).line(
        "\(output): \(surprises.units.count) events, scored by \(surprises.networkCount) networks")
    }
  }

  /// Writes the scores, and takes their place again for the next ones.
  private func save(
    _ surprises: OutOfFoldSurprises, _ next: inout HDF5File
  ) throws(HDF5Error) {
    try surprises.write(into: next)
    next = try HDF5File(creating: output)
  }

  /// Nothing scored yet, or what an earlier run left.
  private func start(
    _ dataset: TraceDataset, _ digest: String, _ plan: FoldPlan,
    _ configuration: TrainingConfiguration, _ next: inout HDF5File
  ) throws -> OutOfFoldSurprises {
    let fresh = OutOfFoldSurprises(
      blockOffsets: plan.blocks.map(\.events.lowerBound) + [dataset.eventCount],
      clusters: plan.blocks.map { UInt32($0.cluster) },
      folds: plan.blocks.indices.map { UInt8(plan.fold(of: $0)) }, foldCount: folds,
      unseenFolds: unseen, dataDigest: digest,
      configuration: configuration.text, seed: seed, createdBy: MLETrainer.createdBy)
    guard resume else {
      if let earlier = try? OutOfFoldSurprises(path: output), earlier.foldsDone > 0,
        !earlier.isComplete, earlier.isOfSameRun(as: fresh)
      {
        throw UsageError(
          "\(output): has \(earlier.foldsDone) of the \(fresh.networkCount) networks of this run;"
            + " go on with --resume, or remove it")
      }
      // Whether it can be written is better known before hours of training.
      try save(fresh, &next)
      try? FileManager.default.removeItem(atPath: foldCheckpoint)
      return fresh
    }
    let earlier = try OutOfFoldSurprises(path: output)
    guard earlier.isOfSameRun(as: fresh) else {
      throw UsageError("\(output): was made with other options or data; leave out --resume")
    }
    return earlier
  }

  /// - Returns: false when told to stop.
  private func train(
    _ job: TrainingJob<FoldTraces<TraceDataset>>, _ bar: ProgressBar
  ) throws -> Bool {
    var options = TrainingJob<FoldTraces<TraceDataset>>.Options(createdBy: MLETrainer.createdBy)
    options.threads = threading.count
    options.shouldStop = { StopSignal.number != nil }
    options.report = { event throws(TrainingError) in
      if !quiet { bar.show(event) }
    }
    let isStarted = resume && FileManager.default.fileExists(atPath: foldCheckpoint)
    let earlier = isStarted ? try Checkpoint.read(foldCheckpoint) : nil
    // A run that was killed between writing the scores and removing their network left the one before.
    let isOwn = earlier?.training?.dataDigest == job.dataDigest
    return try job.run(
      resuming: isOwn ? earlier : nil, savingTo: foldCheckpoint, options: options)
  }
}
