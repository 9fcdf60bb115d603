import Checkpoints
import TestSupport
import Testing
import TraceData

@testable import Training

@Suite struct DatasetTrainingTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The traces as a data set on disk; the sequences of `attacks` are labelled so.
  private func dataset(_ traces: ArrayTraces, attacks: Set<Int> = []) throws -> TraceDataset {
    let path = directory.file("traces.h5")
    let writer = try TraceDatasetWriter(path: path, source: "test", createdBy: "test")
    for state in traces.vocabulary.dropFirst() { try writer.nameState(state.id, state.name) }
    for index in 0..<traces.sequenceCount {
      let sequence = writer.begin(
        SequenceEntry(
          pid: UInt32(index + 1), tid: UInt32(index + 1),
          label: attacks.contains(index) ? .attack : .normal, parent: traces.parent(of: index)))
      for state in try traces.states(in: traces.events(of: index)) {
        try writer.append(traces.vocabulary[Int(state)].id, at: 0, to: sequence)
      }
    }
    try writer.finish()
    return try TraceDataset(path: path)
  }

  @Test func aDataSetTrainsToTheSameWeightsAsItsTracesInMemory() throws {
    var run = try TinyRun()
    run.configuration.epochs = 1
    _ = try run.job().run(savingTo: run.path, options: run.options())
    let expected = try Checkpoint.read(run.path)
    let job = try TrainingJob(
      traces: try dataset(run.traces), configuration: run.configuration)
    var options = TrainingJob<TraceDataset>.Options(createdBy: "test 1")
    options.threads = 2
    #expect(try job.run(savingTo: run.path, options: options))
    #expect(try Checkpoint.read(run.path) == expected)
  }

  @Test func attacksAreLeftOutAndPartOfTheDigest() throws {
    let run = try TinyRun()
    let normal = try TrainingJob(
      traces: try dataset(run.traces), configuration: run.configuration)
    let traces = try dataset(run.traces, attacks: [2, 5])
    let job = try TrainingJob(traces: traces, configuration: run.configuration)
    #expect(job.split.attackSequences == 2)
    #expect(job.split.training(of: 2).isEmpty)
    #expect(job.dataDigest != normal.dataDigest)
  }

  @Test func theMakersOfChildrenArePartOfTheDigest() throws {
    func digest(_ parent: (Int, Int)?) throws -> String {
      try ArrayTraces(
        [.init(states: [1, 2]), .init(states: [2, 1]), .init(states: [1], parent: parent)],
        vocabularySize: 3
      ).trainingDigest()
    }
    #expect(Set(try [nil, (0, 1), (0, 2), (1, 1)].map(digest)).count == 4)
  }

  @Test func aPathThatCannotBeWrittenIsNoticedBeforeTraining() throws {
    let run = try TinyRun()
    var options = run.options()
    var events = 0
    options.report = { _ in events += 1 }
    #expect {
      try run.job().run(savingTo: "/nowhere/model.h5", options: options)
    } throws: {
      if case TrainingError.checkpoint = $0 { true } else { false }
    }
    #expect(events == 0)
  }
}
