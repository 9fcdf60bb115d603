import Checkpoints
import TestSupport

@testable import Training

/// A training run small enough to be done many times in a test: three epochs of some ten batches.
struct TinyRun {
  var configuration = TrainingConfiguration()
  var traces = MarkovSource(stateCount: 12).traces(sequences: 24, seed: 11)
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    configuration.epochs = 3
    configuration.batchTokens = 300
    configuration.segmentLength = 64
    configuration.learningRate = 0.1
    configuration.heldOut = 0.2
    configuration.channels = 6
    configuration.dilations = [1, 2]
  }

  func job() throws -> TrainingJob<ArrayTraces> {
    try TrainingJob(traces: traces, configuration: configuration)
  }

  func options(threads: Int = 1) -> TrainingJob<ArrayTraces>.Options {
    var options = TrainingJob<ArrayTraces>.Options(createdBy: "test 1")
    options.threads = threads
    return options
  }

  var path: String { directory.file("model.ckpt.h5") }

  /// Runs with the table of pairs as its network; `stopping` after so many batches.
  ///
  /// - Returns: the bytes of the checkpoint.
  @discardableResult
  func bigram(
    resuming: Bool = false, stopping batches: Int = .max, options: TrainingJob<ArrayTraces>.Options
  ) throws -> [UInt8] {
    let job = try job()
    let network = try BigramNetwork(vocabularySize: job.vocabulary.count)
    var options = options
    var done = 0
    options.shouldStop = { done >= batches }
    let report = options.report
    options.report = { event throws(TrainingError) in
      if case .step = event { done += 1 }
      try report(event)
    }
    let checkpoint = resuming ? try Checkpoint.read(path) : fresh(network, of: job)
    _ = try job.run(network, checkpoint, path, options)
    return try directory.read("model.ckpt.h5")
  }

  /// Where a network begins whose shape is not the configuration's.
  func fresh(_ network: some Network, of job: TrainingJob<ArrayTraces>) -> Checkpoint {
    var checkpoint = job.fresh(createdBy: "test 1")
    checkpoint.architecture = network.architecture
    let zeros = [Float](repeating: 0, count: network.architecture.parameterCount)
    checkpoint.parameters = zeros
    checkpoint.training?.firstMoment = zeros
    checkpoint.training?.secondMoment = zeros
    return checkpoint
  }
}
