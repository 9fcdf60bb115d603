import Testing

@testable import Evaluation

@Suite struct CoverageTests {
  @Test func coverageCountsWhatIsNew() {
    // Ten events of 1, then 2 .. 11 each once.
    let sequences: [[UInt16]] = [Array(repeating: 1, count: 10), Array(2...11)]
    var counter = CoverageCounter(eventCount: 20, length: 2)
    for sequence in sequences {
      for index in sequence.indices { counter.add(sequence, at: index) }
    }
    let coverage = counter.coverage
    #expect(coverage.steps.map(\.events) == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
    #expect(coverage.steps.map(\.states) == [1, 1, 1, 1, 1, 3, 5, 7, 9, 11])
    // .1 11, then .2 23 34 ...
    #expect(coverage.steps.map(\.sequences) == [2, 2, 2, 2, 2, 4, 6, 8, 10, 12])
    #expect(coverage.newAtTheEnd == 1000)
    #expect(coverage.newStatesAtTheEnd == 2)
    // Once: .1 and the ten of the second sequence, of 20 events.
    #expect(coverage.unseenChance == 11.0 / 20)
  }
}
