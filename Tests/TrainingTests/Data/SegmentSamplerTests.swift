import Checkpoints
import TestSupport
import Testing

@testable import Training

@Suite struct SegmentSamplerTests {
  /// Ten events; a child after the parent's sixth; a grandchild after the child's second.
  private static let family = ArrayTraces(
    [
      .init(states: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]),
      .init(states: [2, 4, 6], parent: (0, 6)),
      .init(states: [8, 7], parent: (1, 2)),
    ], vocabularySize: 10)

  private func sampler<Traces: TrainingTraces>(
    _ traces: Traces, receptiveField: Int, _ change: (inout TrainingConfiguration) -> Void,
    blockLength: Int = 65_536, blocksPerGroup: Int = 64
  ) throws -> SegmentSampler<Traces> {
    var configuration = TrainingConfiguration()
    configuration.unknownRate = 0
    configuration.heldOut = 0
    change(&configuration)
    let split = try HeldOutSplit(
      of: traces, share: configuration.heldOut, seed: configuration.seed)
    let vocabulary = try ModelVocabulary(of: traces, split: split, minimumCount: 1)
    return SegmentSampler(
      traces: traces, vocabulary: vocabulary, split: split, receptiveField: receptiveField,
      configuration: configuration, blockLength: blockLength, blocksPerGroup: blocksPerGroup)
  }

  private func segments<Traces>(
    of sampler: SegmentSampler<Traces>, epoch: Int = 0
  ) throws -> [Segment] {
    var all: [Segment] = []
    for batch in 0..<sampler.batchCount(inEpoch: epoch) {
      all += try sampler.batch(batch, ofEpoch: epoch)
    }
    return all
  }

  @Test func aThreadStartsWithTheUnknownStateAndAForkContinuesItsParent() throws {
    let sampler = try sampler(Self.family, receptiveField: 4) { $0.segmentLength = 5 }
    let found = try segments(of: sampler).sorted {
      $0.targets.lexicographicallyPrecedes($1.targets)
    }
    #expect(found.map(\.targets) == [[1, 2, 3, 4, 5], [2, 4, 6], [6, 7, 8, 9, 1], [8, 7]])
    #expect(
      found.map(\.inputs) == [
        [0, 1, 2, 3, 4],  // nothing known before
        [3, 4, 5, 6, 2, 4],  // the parent up to the fork
        [2, 3, 4, 5, 6, 7, 8, 9],  // its own past
        [5, 6, 2, 4, 8],  // the parent's two events, and before them the grandparent's
      ])
  }

  @Test func aLineageShorterThanTheReceptiveFieldStartsWithTheUnknownState() throws {
    let sampler = try sampler(Self.family, receptiveField: 9) { $0.segmentLength = 5 }
    let last = try #require(try segments(of: sampler).first { $0.targets == [8, 7] })
    #expect(last.inputs == [0, 1, 2, 3, 4, 5, 6, 2, 4, 8])
  }

  @Test(arguments: [(1, 1000), (3, 40), (64, 700)])
  func everyTargetOccursOnceAnEpoch(blocksPerGroup: Int, blockLength: Int) throws {
    let traces = MarkovSource(stateCount: 30).traces(sequences: 60, seed: 3)
    let sampler = try sampler(
      traces, receptiveField: 8,
      {
        $0.segmentLength = 50
        $0.batchTokens = 300
      }, blockLength: blockLength, blocksPerGroup: blocksPerGroup)
    for epoch in 0..<3 {
      let plan = sampler.plan
      let members = plan.groups(ofEpoch: epoch).flatMap { plan.batches(of: $0, epoch: epoch) }
      #expect(members.flatMap { $0 }.sorted() == Array(plan.segments.indices))
      #expect(members.allSatisfy { !$0.isEmpty })
      var events: [Int] = plan.segments.flatMap { Array($0.targets) }
      events.sort()
      #expect(events == Array(0..<traces.eventCount))
      let targets = try segments(of: sampler, epoch: epoch).flatMap(\.targets)
      #expect(targets.count == traces.eventCount)
    }
  }

  @Test func groupsOfBlocksGiveTheSameSegmentsAsAllInMemory() throws {
    let traces = MarkovSource(stateCount: 12).traces(sequences: 40, seed: 5)
    func contents(_ blockLength: Int, _ blocksPerGroup: Int) throws -> [[UInt16]] {
      let sampler = try sampler(
        traces, receptiveField: 20, { $0.unknownRate = 0.1 }, blockLength: blockLength,
        blocksPerGroup: blocksPerGroup)
      return try segments(of: sampler).map { $0.inputs + $0.targets }
        .sorted { $0.lexicographicallyPrecedes($1) }
    }
    let whole = try contents(65_536, 64)
    #expect(try contents(400, 2) == whole)
    #expect(try contents(100, 1) == whole)
  }

  @Test func aBatchIsTheSameWhereverOneStartsToRead() throws {
    let traces = MarkovSource(stateCount: 12).traces(sequences: 40, seed: 5)
    func fresh() throws -> SegmentSampler<ArrayTraces> {
      try sampler(
        traces, receptiveField: 20, { $0.unknownRate = 0.1 }, blockLength: 100, blocksPerGroup: 2)
    }
    let inOrder = try fresh()
    #expect(inOrder.plan.groups(ofEpoch: 0).count > 3)
    for epoch in 0..<2 {
      for batch in 0..<inOrder.batchCount(inEpoch: epoch) {
        let expected = try inOrder.batch(batch, ofEpoch: epoch)
        #expect(try fresh().batch(batch, ofEpoch: epoch) == expected)
      }
    }
    // Back again, where something else was read ahead.
    #expect(try inOrder.batch(0, ofEpoch: 0) == fresh().batch(0, ofEpoch: 0))
  }

  @Test func batchesHaveAboutTheAskedSizeAndAnOrderOfTheirOwnEveryEpoch() throws {
    let traces = MarkovSource(stateCount: 30).traces(sequences: 200, seed: 3)
    let sampler = try sampler(traces, receptiveField: 8) { $0.batchTokens = 1000 }
    let sizes = try (0..<sampler.batchCount(inEpoch: 0)).map {
      try sampler.batch($0, ofEpoch: 0).reduce(0) { $0 + $1.targets.count }
    }
    #expect(sizes.allSatisfy { (700...1400).contains($0) }, "\(sizes)")
    let first = try sampler.batch(0, ofEpoch: 0).map(\.targets)
    #expect(try sampler.batch(0, ofEpoch: 1).map(\.targets) != first)
    #expect(try sampler.batch(0, ofEpoch: 0).map(\.targets) == first)
  }

  @Test func aShareOfInputsIsUnknownAndTargetsStay() throws {
    let traces = MarkovSource(stateCount: 30).traces(sequences: 400, seed: 9)
    let sampler = try sampler(traces, receptiveField: 8) { $0.unknownRate = 0.05 }
    let found = try segments(of: sampler)
    #expect(found.allSatisfy { !$0.targets.contains(0) })
    let own = found.flatMap { $0.inputs.suffix($0.targets.count - 1) }
    let share = Double(own.count { $0 == 0 }) / Double(own.count)
    // 60,000 draws: four standard deviations are 0.0036.
    #expect(abs(share - 0.05) < 0.0036, "\(share)")
    // In what came before as well; the first may be the beginning.
    let past = found.flatMap { $0.inputs.dropLast($0.targets.count - 1).dropFirst() }
    let pastShare = Double(past.count { $0 == 0 }) / Double(past.count)
    #expect(past.count > 1000 && abs(pastShare - 0.05) < 0.03, "\(pastShare)")
    let other = try segments(of: sampler, epoch: 1).flatMap { $0.inputs }
    #expect(other.count { $0 == 0 } != found.flatMap { $0.inputs }.count { $0 == 0 })
  }

  @Test func aSegmentIsCutIntoEvenParts() {
    let parts = SegmentReference.cut(10..<310, of: 2, length: 256)
    #expect(parts.map(\.targets) == [10..<160, 160..<310])
    #expect(SegmentReference.cut(5..<5, of: 0, length: 10).isEmpty)
    #expect(SegmentReference.cut(0..<256, of: 0, length: 256).count == 1)
  }
}
