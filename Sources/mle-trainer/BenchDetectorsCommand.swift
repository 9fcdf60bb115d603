import ArgumentParser
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
    let detector = try checkpoint.map(DetectorFile.init) ?? train(dataset)
    let result = try comparison.compare(
      NetworkDetector(name: "network", detector.model, byteCount: detector.byteCount),
      training: dataset, normal: normal, attack: attack, aggregations: [])
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    } else {
      print(result.text, terminator: "")
    }
  }

  private func train(_ dataset: TraceDataset) throws -> DetectorFile {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("mle-bench-\(ProcessInfo.processInfo.processIdentifier).h5").path
    defer { unlink(path) }
    do {
      try TrainingFailure.checkCPU()
      let job = try TrainingJob(traces: dataset, configuration: TrainingConfiguration())
      let bar = ProgressBar()
      var options = TrainingJob<TraceDataset>.Options(createdBy: MLETrainer.createdBy)
      options.report = { event throws(TrainingError) in bar.show(event) }
      defer { bar.clear() }
      _ = try job.run(savingTo: path, options: options)
    } catch let error as TrainingError {
      throw TrainingFailure(error, data: training, checkpoint: path)
    }
    return try DetectorFile(path)
  }
}
