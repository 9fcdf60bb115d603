import Checkpoints
import ModelFormat
import Testing

@testable import Training

/// What a run keeps from batch to batch, from epoch to epoch and over an interruption.
@Suite struct TrainerProgressTests {
  @Test func aResumedRunKeepsTheBestWeightsOfBefore() throws {
    var run = try TinyRun()
    run.configuration.epochs = 60
    run.configuration.learningRate = 1
    run.configuration.patience = 2
    let whole = try run.bigram(options: run.options())
    let progress = try #require(try Checkpoint.read(run.path).training?.progress)
    // Within the last epoch, of which none is better.
    try run.bigram(stopping: progress.step - 1, options: run.options())
    let half = try #require(try Checkpoint.read(run.path).training?.progress)
    #expect(half.best == progress.best && half.epoch > half.best?.epoch ?? .max)
    #expect(try run.bigram(resuming: true, options: run.options()) == whole)
  }

  @Test func aBetterEpochBeginsThePatienceAnew() throws {
    var run = try TinyRun()
    run.configuration.epochs = 1
    try run.bigram(stopping: 0, options: run.options())
    let job = try run.job()
    var checkpoint = try Checkpoint.read(run.path)
    checkpoint.training?.progress.epochsSinceBest = 1
    let network = try BigramNetwork(vocabularySize: job.vocabulary.count)
    #expect(try job.run(network, checkpoint, run.path, run.options()))
    let progress = try Checkpoint.read(run.path).training?.progress
    #expect(progress?.best?.epoch == 1)
    #expect(progress?.epochsSinceBest == 0)
  }

  @Test func theLossOfAnEpochIsItsOwn() throws {
    let run = try TinyRun()
    var options = run.options()
    var losses: [Double] = []
    options.report = { if case .epoch(let report) = $0 { losses.append(report.trainLoss) } }
    try run.bigram(options: options)
    #expect(losses.count == 3)
    #expect(losses == losses.sorted(by: >))
  }

  @Test func noTwoSegmentsOfARunHaveTheSameDropout() throws {
    var run = try TinyRun()
    run.configuration.dropout = 0.5
    let job = try run.job()
    let network = NotingNetwork(try BigramNetwork(vocabularySize: job.vocabulary.count))
    #expect(try job.run(network, run.fresh(network, of: job), run.path, run.options()))
    let keys = network.notes.keys
    #expect(keys.count > 100)
    #expect(Set(keys).count == keys.count)
  }

  @Test func aGradientThatIsNotFiniteEndsTheRunThoughTheLossIs() throws {
    let run = try TinyRun()
    let job = try run.job()
    let network = NotingNetwork(try BigramNetwork(vocabularySize: job.vocabulary.count))
    network.notes.breaksAt = 40
    let start = run.fresh(network, of: job)
    #expect {
      try job.run(network, start, run.path, run.options())
    } throws: {
      guard case TrainingError.diverged(epoch: 1, _, let loss, _) = $0 else { return false }
      return loss.isFinite
    }
  }
}

/// A table of pairs that notes the dropout of its segments, in one thread, and whose gradient may break.
private struct NotingNetwork: Network {
  final class Notes: @unchecked Sendable {
    var keys: [UInt64] = []
    /// The segment whose gradient is infinite.
    var breaksAt = Int.max
    var segments = 0
  }

  let notes = Notes()
  private let table: BigramNetwork

  init(_ table: BigramNetwork) { self.table = table }

  var architecture: Architecture { table.architecture }

  func makeWorkspace() -> BigramNetwork.Workspace { table.makeWorkspace() }

  func load(
    _ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: BigramNetwork.Workspace
  ) {
    table.load(parameters, forBackward: forBackward, into: workspace)
  }

  func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: BigramNetwork.Workspace
  ) -> Double {
    if let dropout { notes.keys.append(dropout.key) }
    notes.segments += 1
    let loss = table.addGradient(
      of: segment, dropout: dropout, into: gradient, workspace: workspace)
    if notes.segments == notes.breaksAt { gradient[0] = .infinity }
    return loss
  }

  func finishGradient(
    into gradient: UnsafeMutablePointer<Float>, workspace: BigramNetwork.Workspace
  ) {}

  func loss(of segment: Segment, workspace: BigramNetwork.Workspace) -> Double {
    table.loss(of: segment, workspace: workspace)
  }
}
