import TestSupport
import Testing
import TraceData

@testable import Training

@Suite struct FoldPlanTests {
  private typealias Sequence = ArrayTraces.Sequence

  private func states(_ count: Int) -> [UInt32] { (0..<count).map { UInt32(1 + $0 % 3) } }

  /// A main process of 100,000 events that forks workers, of which some fork helpers.
  private var server: ArrayTraces {
    var sequences = [Sequence(states: states(100_000))]
    for worker in 0..<40 {
      sequences.append(Sequence(states: states(20), parent: (0, worker * 2500)))
      if worker % 4 == 0 {
        sequences.append(Sequence(states: states(7), parent: (sequences.count - 1, 5)))
      }
    }
    return ArrayTraces(sequences, vocabularySize: 4)
  }

  @Test func blocksAreAllEventsInOrder() {
    let traces = server
    let plan = FoldPlan(of: traces, count: 3, seed: 1)
    #expect(plan.blocks.map(\.events.lowerBound).first == 0)
    for (block, next) in zip(plan.blocks, plan.blocks.dropFirst()) {
      #expect(block.events.upperBound == next.events.lowerBound)
    }
    #expect(plan.blocks.last?.events.upperBound == traces.eventCount)
    // 97.7 times 1024.
    #expect(plan.blockLength == 1024)
    #expect(plan.blocks[97].sequence == 0 && plan.blocks[98].sequence == 1)
    #expect(plan.blocks.prefix(98).allSatisfy { (1020...1021).contains($0.events.count) })
  }

  @Test func longProcessesAreBlocksAndWhatTheyForkIsAClusterEach() {
    let plan = FoldPlan(of: server, count: 3, seed: 1)
    // 98 blocks of the main process, then forty workers with their helpers.
    #expect(plan.folds.count == 138)
    #expect(plan.blocks.prefix(98).map(\.cluster) == Array(0..<98))
    #expect(plan.blocks[98].cluster == 98 && plan.blocks[99].cluster == 98)
    #expect(plan.blocks[99].parent?.sequence == 98)
    #expect(plan.blocks[100].cluster == 99)
    // Every fold has its share of the main process.
    #expect(Set((0..<3).map { fold in (0..<98).count { plan.fold(of: $0) == fold } }) == [32, 33])
  }

  @Test func thePastOfABlockIsTheEventsBeforeIt() throws {
    let traces = server
    let plan = FoldPlan(of: traces, count: 3, seed: 1)
    let folded = FoldTraces(traces, plan, leavingOut: [])
    for (index, block) in plan.blocks.enumerated() {
      for event in [block.events.lowerBound, block.events.upperBound] {
        let expected = Lineage(before: event, of: block.sequence, count: 50, in: traces)
        let found = Lineage(before: event, of: index, count: 50, in: folded)
        // The same events, perhaps in more pieces.
        #expect(found.ranges.flatMap { Array($0) } == expected.ranges.flatMap { Array($0) })
        #expect(found.startsAnew == expected.startsAnew)
      }
    }
  }

  /// From block to block, it would be billions of steps.
  @Test func aGreatManyChildrenOfALongSequenceTakeNoTime() {
    var sequences = [Sequence(states: [UInt32](repeating: 1, count: 20_000_000))]
    for child in 0..<200_000 {
      sequences.append(Sequence(states: [1], parent: (0, 20_000_000 - child)))
    }
    let traces = ArrayTraces(sequences, vocabularySize: 4)
    let time = ContinuousClock().measure {
      let plan = FoldPlan(of: traces, count: 3, seed: 1)
      #expect(plan.blocks.last?.parent?.sequence == 19_336)
    }
    // Block by block it would be a thousand times as many steps, and minutes.
    #expect(time < .seconds(30))
  }

  /// The last event of a block is the past's end there, not the beginning of the next one.
  @Test func theParentOfABlockHoldsTheEventBeforeTheFork() {
    let forks = [0, 1, 15, 16, 17, 31, 32, 33, 40]
    let parent = Sequence(states: states(40))
    let children = forks.map { Sequence(states: states(1), parent: (0, $0)) }
    let plan = FoldPlan(
      of: ArrayTraces([parent] + children, vocabularySize: 4), count: 2, seed: 1)
    #expect(plan.blocks.prefix(3).map(\.events) == [0..<13, 13..<26, 26..<40])
    let found = plan.blocks.dropFirst(3).compactMap(\.parent)
    #expect(found.map(\.sequence) == [0, 0, 1, 1, 1, 2, 2, 2, 2])
    #expect(found.map(\.events) == [0, 1, 2, 3, 4, 5, 6, 7, 14])
  }

  @Test func foldsAreDrawnByTheSeedAndEvenlyFilled() {
    let plan = FoldPlan(of: server, count: 3, seed: 1)
    #expect(plan == FoldPlan(of: server, count: 3, seed: 1))
    #expect(plan != FoldPlan(of: server, count: 3, seed: 2))
    let sizes = (0..<3).map { fold in
      plan.blocks.indices.filter { plan.fold(of: $0) == fold }
        .reduce(0) { $0 + plan.blocks[$1].events.count }
    }
    #expect(sizes.reduce(0, +) == server.eventCount)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1021)
  }

  /// What is dealt first is dealt evenly, however little of all it is.
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func everyFoldHasItsShareOfALongProcess(seed: UInt64) {
    let short = (0..<100).map { 1 + $0 % 9 }
    let sequences = ([96] + short).map { Sequence(states: states($0)) }
    let plan = FoldPlan(of: ArrayTraces(sequences, vocabularySize: 4), count: 3, seed: seed)
    #expect(plan.blockLength == 16)
    #expect(plan.blocks.prefix(7).map(\.sequence) == [0, 0, 0, 0, 0, 0, 1])
    for fold in 0..<3 { #expect((0..<6).count { plan.fold(of: $0) == fold } == 2) }
  }

  @Test func whatIsLeftOutDoesNotTrain() throws {
    let traces = server
    let plan = FoldPlan(of: traces, count: 3, seed: 1)
    var trained = 0
    for fold in 0..<3 {
      let folded = FoldTraces(traces, plan, leavingOut: [fold])
      let split = try HeldOutSplit(of: folded, share: 0, seed: 1)
      for block in plan.blocks.indices {
        #expect(split.training(of: block).isEmpty == (plan.fold(of: block) == fold))
      }
      trained += split.trainingCount
    }
    #expect(trained == 2 * traces.eventCount)
  }

  @Test func attacksNeverTrain() throws {
    var sequences = (0..<10).map { _ in Sequence(states: states(9)) }
    sequences[4].isAttack = true
    let traces = ArrayTraces(sequences, vocabularySize: 4)
    let plan = FoldPlan(of: traces, count: 2, seed: 3)
    let folded = FoldTraces(traces, plan, leavingOut: [])
    #expect((0..<10).map(folded.isAttack) == (0..<10).map { $0 == 4 })
  }

  @Test func aFamilyThatIsTooLargeIsTakenApart() {
    // 20 folds' worth of 16 events is the least; a family has at most 64.
    let small = (0..<8).map { _ in Sequence(states: states(8), parent: (0, 3)) }
    let traces = ArrayTraces([Sequence(states: states(8))] + small, vocabularySize: 4)
    let plan = FoldPlan(of: traces, count: 2, seed: 1)
    #expect(plan.blockLength == 16)
    #expect(plan.blocks.map(\.cluster) == Array(0..<9))
    let fitting = ArrayTraces([Sequence(states: states(8))] + small.dropLast(), vocabularySize: 4)
    #expect(FoldPlan(of: fitting, count: 2, seed: 1).blocks.allSatisfy { $0.cluster == 0 })
  }

  @Test func sequencesWithoutEventsKeepTheirPlace() {
    let traces = ArrayTraces(
      [
        Sequence(states: []), Sequence(states: states(5), parent: (0, 0)),
        Sequence(states: states(4)),
      ], vocabularySize: 4)
    let plan = FoldPlan(of: traces, count: 2, seed: 3)
    #expect(plan.blocks.map(\.events) == [0..<0, 0..<5, 5..<9])
    #expect(plan.blocks.map(\.cluster) == [0, 0, 1])
    #expect(plan.blocks[1].parent?.sequence == 0 && plan.blocks[1].parent?.events == 0)
  }
}
