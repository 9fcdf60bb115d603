import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct DatasetScorerTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  /// A thread of this network takes half a megabyte.
  private func wideModel() throws -> LoadedModel {
    let model = TestModel(
      TestModel.tcn(
        vocabulary: 4, channels: 16, kernel: 2, dilations: Array(repeating: 1024, count: 7),
        activation: .relu, isTied: true), seed: 1)
    return try LoadedModel(bytes: try model.description.encoded())
  }

  @Test func thereIsMemoryForTheSequencesThatAreAliveAtOnce() throws {
    // Each begins before the one before it has ended, and after the one before that has.
    let dataset = try files.make(
      (0..<1000).map { .init(states: [1, 2], times: [3 * $0 + 1, 3 * $0 + 5]) })
    let scorer = try DatasetScorer(try wideModel(), dataset)
    #expect(scorer.threads == 2)
    var events = 0
    try scorer.run { _ in events += 1 }
    #expect(events == 2000)
  }

  @Test func moreSequencesAtOnceThanCanBeScoredAreNamed() throws {
    let dataset = try files.make(
      (0..<16_385).map { .init(states: [1, 2], times: [$0 + 1, 100_000]) })
    let error = #expect(throws: TooManyThreads.self) {
      try DatasetScorer(try wideModel(), dataset)
    }
    let fact = "more than 16384 sequences are alive at the same time; split the data set"
    #expect(error?.description == "\(dataset.path): \(fact)")
  }
}
