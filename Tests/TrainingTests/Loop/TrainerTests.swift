import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct TrainerTests {
  @Test func theBytesAreTheSameForAnyNumberOfThreads() throws {
    let run = try TinyRun()
    let one = try run.bigram(options: run.options())
    for threads in [2, 5] {
      #expect(try run.bigram(options: run.options(threads: threads)) == one, "\(threads) threads")
    }
  }

  @Test func stoppingAnywhereAndResumingEndsInTheSameBytes() throws {
    let run = try TinyRun()
    let whole = try run.bigram(options: run.options())
    // Three epochs of some ten batches: in an epoch, at its end, in the last one.
    for batches in [0, 1, 4, 7, 11, 12, 13, 20, 25] {
      let cut = try run.bigram(stopping: batches, options: run.options())
      #expect(cut != whole, "after \(batches) batches")
      let resumed = try run.bigram(resuming: true, options: run.options(threads: 2))
      #expect(resumed == whole, "after \(batches) batches")
    }
  }

  @Test func stoppingAgainAndAgainEndsInTheSameBytes() throws {
    let run = try TinyRun()
    let whole = try run.bigram(options: run.options())
    try run.bigram(stopping: 3, options: run.options())
    while try !Checkpoint.read(run.path).isComplete {
      try run.bigram(resuming: true, stopping: 3, options: run.options())
    }
    #expect(try run.bigram(resuming: true, options: run.options()) == whole)
  }

  @Test func beingKilledBetweenTwoSavesEndsInTheSameBytes() throws {
    let run = try TinyRun()
    let whole = try run.bigram(options: run.options())
    for batches in [5, 17] {
      var options = run.options()
      options.saveInterval = 0
      var done = 0
      options.report = { event throws(TrainingError) in
        done += 1
        // As a kill would: in the middle of things, with nothing saved any more.
        if done == batches { throw .notResumable }
      }
      #expect(throws: TrainingError.self) { try run.bigram(options: options) }
      #expect(try Checkpoint.read(run.path).training?.progress.step ?? 0 > 0)
      #expect(try run.bigram(resuming: true, options: run.options()) == whole)
    }
  }

  /// A kill in between makes a line of a log twice, and loses none.
  @Test func anEpochIsToldBeforeItIsKept() throws {
    let run = try TinyRun()
    var options = run.options()
    options.saveInterval = 0
    var kept: [Int?] = []
    options.report = { event throws(TrainingError) in
      guard case .epoch = event else { return }
      kept.append((try? Checkpoint.read(run.path))?.training?.progress.epoch)
    }
    try run.bigram(options: options)
    #expect(kept == [0, 1, 2])
    #expect(try Checkpoint.read(run.path).training?.progress.epoch == 3)
  }

  @Test func aCompleteRunHasNothingToResume() throws {
    let run = try TinyRun()
    let whole = try run.bigram(options: run.options())
    var options = run.options()
    var events = 0
    options.report = { _ in events += 1 }
    #expect(try run.bigram(resuming: true, options: options) == whole)
    #expect(events == 0)
  }

  @Test func itLearnsAMarkovChainDownToItsEntropyRate() throws {
    let source = MarkovSource(stateCount: 12)
    var run = try TinyRun()
    run.traces = source.traces(sequences: 200, seed: 1)
    run.configuration.epochs = 8
    run.configuration.dropout = 0
    try run.bigram(options: run.options(threads: 2))
    let best = try #require(try Checkpoint.read(run.path).training?.progress.best)
    #expect(best.loss < source.unigramEntropy() - 0.6)
    #expect(abs(best.loss - source.entropyRate()) < 0.05, "\(best.loss) \(source.entropyRate())")
  }

  @Test func heldOutEventsNeverTrain() throws {
    var run = try TinyRun()
    let split = try run.job().split
    let before = try run.bigram(options: run.options())
    // Other states in the held-out part: the weights stay the same, the held-out loss does not.
    var random = SplitMix64(seed: 4)
    var sequences: [ArrayTraces.Sequence] = []
    let isParent = Set(
      (0..<run.traces.sequenceCount).compactMap { run.traces.parent(of: $0)?.sequence })
    for sequence in 0..<run.traces.sequenceCount {
      var states = try run.traces.states(in: run.traces.events(of: sequence))
      if !split.heldOut(of: sequence).isEmpty, !isParent.contains(sequence) {
        for index in states.indices { states[index] = UInt32(1 + random.next() % 12) }
      }
      let parent = run.traces.parent(of: sequence).map { ($0.sequence, $0.events) }
      sequences.append(.init(states: states, parent: parent))
    }
    let weights = try Checkpoint.read(run.path)
    run.traces = ArrayTraces(sequences, vocabularySize: 13)
    #expect(try run.bigram(options: run.options()) != before)
    let others = try Checkpoint.read(run.path)
    #expect(others.parameters == weights.parameters)
    #expect(others.training?.progress.best != weights.training?.progress.best)
  }

  @Test func theBestEpochIsKeptAndPatienceEndsTheRun() throws {
    var run = try TinyRun()
    run.configuration.epochs = 60
    run.configuration.learningRate = 1
    run.configuration.patience = 2
    var epochs: [EpochReport] = []
    var options = run.options()
    options.report = { if case .epoch(let report) = $0 { epochs.append(report) } }
    try run.bigram(options: options)
    let best = try #require(epochs.min { $0.heldOutLoss ?? 99 < $1.heldOutLoss ?? 99 })
    #expect(epochs.count < 60)
    #expect(epochs.count == best.epoch + 2)
    let checkpoint = try Checkpoint.read(run.path)
    #expect(checkpoint.training?.progress.best?.epoch == best.epoch)
    #expect(checkpoint.bestParameters != nil)
    #expect(checkpoint.chosenParameters != checkpoint.parameters)
  }

  @Test func withoutAHeldOutPartTheLatestWeightsAreChosen() throws {
    var run = try TinyRun()
    run.configuration.heldOut = 0
    try run.bigram(options: run.options())
    let checkpoint = try Checkpoint.read(run.path)
    #expect(checkpoint.bestParameters == nil)
    #expect(checkpoint.training?.progress.epoch == 3)
  }

  @Test func aDivergingRunStopsAndTheLastCheckpointStays() throws {
    let run = try TinyRun()
    let job = try run.job()
    try run.bigram(stopping: 5, options: run.options())
    var broken = try Checkpoint.read(run.path)
    let good = try Checkpoint.read(run.path)
    broken.parameters[broken.parameters.count - 40] = .nan
    let network = try BigramNetwork(vocabularySize: job.vocabulary.count)
    #expect {
      try job.run(network, broken, run.path, run.options())
    } throws: {
      if case TrainingError.diverged(epoch: 1, step: 6, _, _) = $0 { true } else { false }
    }
    #expect(try Checkpoint.read(run.path) == good)
  }

  @Test func resumingWithOtherDataOrSettingsIsRefused() throws {
    var run = try TinyRun()
    run.configuration.epochs = 1
    _ = try run.job().run(savingTo: run.path, options: run.options())
    let checkpoint = try Checkpoint.read(run.path)
    run.configuration.dropout = 0.2
    #expect {
      try run.job().run(resuming: checkpoint, savingTo: run.path, options: run.options())
    } throws: {
      if case TrainingError.otherSetting("dropout", "0.05", "0.2") = $0 { true } else { false }
    }
    run.configuration = try #require(checkpoint.training).configuration
    run.traces = MarkovSource(stateCount: 12).traces(sequences: 24, seed: 12)
    #expect {
      try run.job().run(resuming: checkpoint, savingTo: run.path, options: run.options())
    } throws: {
      if case TrainingError.otherData = $0 { true } else { false }
    }
  }

  @Test func aSecondRunOfTheSameCheckpointIsRefused() throws {
    let run = try TinyRun()
    var refused = 0
    var options = run.options()
    options.report = { event throws(TrainingError) in
      guard case .epoch = event else { return }
      do throws(TrainingError) {
        _ = try TrainingJob(traces: run.traces, configuration: run.configuration)
          .run(savingTo: run.path, options: run.options())
      } catch {
        guard case .checkpoint(let error) = error,
          error.description == "\(run.path): is being made by another program; "
            + "wait for it, or name another output"
        else { throw error }
        refused += 1
      }
    }
    #expect(try run.job().run(savingTo: run.path, options: options))
    #expect(refused == 3)
    #expect(try Checkpoint.read(run.path).isComplete)
  }

  /// With 6 channels its rows are computed one by one, with 40 in pairs; 20 targets a batch are too
  /// few for tables.
  @Test(arguments: [(6, 300), (40, 300), (40, 20)])
  func aRealNetworkTrainsToTheSameBytesHoweverItRuns(channels: Int, batchTokens: Int) throws {
    var run = try TinyRun()
    run.configuration.channels = channels
    run.configuration.batchTokens = batchTokens
    run.configuration.segmentLength = min(64, batchTokens)
    let job = try run.job()
    _ = try job.run(savingTo: run.path, options: run.options())
    let whole = try Checkpoint.read(run.path)
    var batches = 0
    var options = run.options(threads: 2)
    options.shouldStop = { batches == 6 }
    options.report = { if case .step = $0 { batches += 1 } }
    #expect(try !job.run(savingTo: run.path, options: options))
    let half = try Checkpoint.read(run.path)
    #expect(try job.run(resuming: half, savingTo: run.path, options: run.options(threads: 5)))
    #expect(try Checkpoint.read(run.path) == whole)
    let loss = try #require(whole.training?.progress.best?.loss)
    #expect(loss < MarkovSource(stateCount: 12).unigramEntropy())
  }
}

extension Checkpoint {
  fileprivate var isComplete: Bool {
    training.map { $0.progress.isComplete($0.configuration) } ?? true
  }
}
