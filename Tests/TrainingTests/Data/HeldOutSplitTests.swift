import Testing

@testable import Training

@Suite struct HeldOutSplitTests {
  private func traces(_ lengths: [Int], attacks: Set<Int> = []) -> ArrayTraces {
    ArrayTraces(
      lengths.enumerated().map {
        .init(states: [UInt32](repeating: 1, count: $1), isAttack: attacks.contains($0))
      }, vocabularySize: 2)
  }

  @Test func aboutATenthOfTheEventsIsHeldOutBySequence() throws {
    let traces = traces((0..<300).map { 20 + $0 * 7 % 90 })
    let split = try HeldOutSplit(of: traces, share: 0.1, seed: 1)
    #expect(split.trainingCount + split.heldOutCount == traces.eventCount)
    #expect((0.095...0.1).contains(Double(split.heldOutCount) / Double(traces.eventCount)))
    for sequence in 0..<traces.sequenceCount {
      let isWhole = split.training(of: sequence).isEmpty || split.heldOut(of: sequence).isEmpty
      #expect(isWhole)
    }
    #expect(split.tailSequences == 0)
  }

  @Test func theSeedDrawsTheSplit() throws {
    let traces = traces((0..<300).map { 20 + $0 * 7 % 90 })
    let split = try HeldOutSplit(of: traces, share: 0.1, seed: 1)
    #expect(split == (try HeldOutSplit(of: traces, share: 0.1, seed: 1)))
    #expect(split != (try HeldOutSplit(of: traces, share: 0.1, seed: 2)))
  }

  @Test func aSequenceLongerThanTheQuotaTrainsAndGivesItsTailOnly() throws {
    let split = try HeldOutSplit(of: traces([1000, 3000]), share: 0.1, seed: 1)
    #expect(split.training(of: 0) == 0..<900)
    #expect(split.heldOut(of: 0) == 900..<1000)
    #expect(split.heldOut(of: 1) == 3700..<4000)
    #expect(split.tailSequences == 2)
    #expect(split.heldOutCount == 400)
  }

  /// The quota is 100 of 1000.
  @Test(arguments: [
    ([850, 60, 90], [60, 90], 0), ([840, 50, 110], [50], 0), ([840, 49, 111], [99], 2),
  ])
  func tailsAreHeldOutWhereTheQuotaIsLessThanHalfFull(
    lengths: [Int], heldOut: [Int], tails: Int
  ) throws {
    let split = try HeldOutSplit(of: traces(lengths), share: 0.1, seed: 1)
    #expect(heldOut.contains(split.heldOutCount))
    #expect(split.tailSequences == tails)
  }

  @Test func attacksNeitherTrainNorAreHeldOut() throws {
    let split = try HeldOutSplit(of: traces([50, 60, 70], attacks: [1]), share: 0.4, seed: 1)
    #expect(split.training(of: 1).isEmpty)
    #expect(split.heldOut(of: 1).isEmpty)
    #expect(split.trainingCount + split.heldOutCount == 120)
    #expect(split.attackSequences == 1)
  }

  @Test func aShareOfZeroHoldsNothingOut() throws {
    let split = try HeldOutSplit(of: traces([50, 60]), share: 0, seed: 1)
    #expect(split.heldOutCount == 0)
    #expect(split.trainingCount == 110)
  }

  @Test func nothingAtAllIsNoSplitAtAll() throws {
    let split = try HeldOutSplit(of: traces([]), share: 0.1, seed: 1)
    #expect(split.trainingCount == 0)
    #expect(split.heldOutCount == 0)
  }
}
