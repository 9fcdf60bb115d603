import ArgumentParser
import Checkpoints
import CommandSupport
import Evaluation
import Foundation
import TraceData
import Training

/// `mle-trainer bench-detectors`: what the network buys.
struct BenchDetectorsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench-detectors",
    abstract: "Compares the network with STIDE and an n-gram on the same data.",
    discussion: """
      All learn from the same data and are scored under the same aggregations and thresholds. \
      Without a checkpoint, a network is trained first, with the default options.
      """)

  @Argument(help: ArgumentHelp("Data set to learn from.", valueName: "train.h5"))
  var training: String

  @Option(help: ArgumentHelp("Data set of other normal traces.", valueName: "data.h5"))
  var normal: String?

  @Option(help: ArgumentHelp("Data set with labelled attacks.", valueName: "data.h5"))
  var attack: String

  @Option(
    help: ArgumentHelp("The network, a checkpoint or a blob of this data.", valueName: "file"))
  var checkpoint: String?

  @OptionGroup var comparison: ComparisonOptions

  @Flag(help: "One JSON object instead of tables.")
  var json = false

  func run() throws {
    let dataset = try TraceDataset(path: training)
    let (normal, attack) = try (
      normal.map(TraceDataset.init), TraceDataset(path: attack)
    )
    try comparison.check(attack)
    if let normal { ComparisonOptions.check(normal: normal) }
    let detector = try checkpoint.map { try network($0, of: dataset) } ?? train(dataset)
    let result = try comparison.compare(
      NetworkDetector(name: "network", detector.model, byteCount: detector.byteCount),
      training: dataset, normal: normal, attack: attack, aggregations: [])
    if json {
      print(try JSONText.of(result))
    } else {
      print(result.text, terminator: "")
    }
  }

  /// A network that was trained on the same data as the baselines will be.
  private func network(_ path: String, of dataset: TraceDataset) throws -> DetectorFile {
    let detector = try DetectorFile(path)
    if let digest = detector.dataDigest, digest != (try dataset.trainingDigest()) {
      throw UsageError(
        "\(path): was trained on other data than \(training); name the data set that it was trained on"
      )
    }
    return detector
  }

  /// A network of the default options. Its checkpoint goes where nobody else can put a file, and is gone
  /// in the end, after Ctrl-C too.
  private func train(_ dataset: TraceDataset) throws -> DetectorFile {
    StopSignal.watch()
    defer { StopSignal.unwatch() }
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("mle-bench-" + UUID().uuidString)
    do {
      try FileManager.default.createDirectory(
        at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw FileError(directory.path, .inputOutput, "cannot be made; check TMPDIR")
    }
    defer { try? FileManager.default.removeItem(at: directory) }
    let path = directory.appendingPathComponent("network.h5").path
    do {
      try TrainingFailure.checkCPU()
      let job = try TrainingJob(traces: dataset, configuration: TrainingConfiguration())
      let bar = ProgressBar(write: StandardError.write)
      TrainNotes.start(job, data: training).forEach(bar.line)
      var options = TrainingJob<TraceDataset>.Options(createdBy: MLETrainer.createdBy)
      options.report = { event throws(TrainingError) in bar.show(event) }
      options.shouldStop = { StopSignal.number != nil }
      defer { bar.clear() }
      let isComplete = try job.run(savingTo: path, options: options)
      if let signal = StopSignal.number, !isComplete { throw ExitCode(128 + signal) }
    } catch let error as TrainingError {
      throw TrainingFailure(error, data: training, checkpoint: path)
    }
    return try DetectorFile(path)
  }
}
