import TestSupport
import Testing

@testable import Checkpoints

@Suite struct RareBehaviourTests {
  @Test func itFindsTheSequencesThatHaveAStateOfFewerThanThree() {
    var random = SplitMix64(seed: 8)
    for _ in 0..<50 {
      let states = 2 + Int(random.next() % 40)
      let sequences = (0..<Int(random.next() % 30)).map { _ in
        (0..<Int(random.next() % 6)).map { _ in UInt32(random.next() % UInt64(states)) }
      }
      var rare = RareBehaviour(states: states)
      for (sequence, seen) in sequences.enumerated() {
        // In pieces, as slices cut them.
        rare.see(seen[..<(seen.count / 2)], of: sequence)
        rare.see(seen[(seen.count / 2)...], of: sequence)
      }
      let expected = sequences.map { own in
        own.contains { state in sequences.count { $0.contains(state) } < 3 }
      }
      #expect(rare.sequences(of: sequences.count) == expected)
    }
  }
}
