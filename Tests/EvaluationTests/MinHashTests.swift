import TestSupport
import Testing

@testable import Evaluation

@Suite struct MinHashTests {
  @Test(arguments: [(40, 0), (40, 2), (200, 20), (30, 15)])
  func theEstimateOfResemblanceIsNearTheShareOfShingles(length: Int, changes: Int) {
    var random = SplitMix64(seed: UInt64(length + changes))
    let a = (0..<length).map { _ in UInt16.random(in: 1...50, using: &random) }
    var b = a
    for _ in 0..<changes { b[Int.random(in: 0..<length, using: &random)] = 60 }
    func shingles(_ states: [UInt16]) -> Set<[UInt16]> {
      Set((0...(states.count - 5)).map { Array(states[$0..<($0 + 5)]) })
    }
    let (x, y) = (shingles(a), shingles(b))
    let exact = Double(x.intersection(y).count) / Double(x.union(y).count)
    let estimate = MinHash(a).resemblance(MinHash(b))
    // Four standard errors of 96 draws.
    #expect(abs(estimate - exact) <= 4 * (exact * (1 - exact) / 96).squareRoot() + 1e-12)
  }

  /// Signatures of variants of a sequence of 200 states, one of which is changed `changes` times.
  private func variants(
    _ count: Int, changes: ClosedRange<Int>, _ random: inout SplitMix64
  ) -> [MinHash] {
    let base = (0..<200).map { _ in UInt16.random(in: 1...60, using: &random) }
    return (0..<count).map { _ in
      var variant = base
      for _ in 0..<Int.random(in: changes, using: &random) {
        variant[Int.random(in: 0..<200, using: &random)] = 61
      }
      return MinHash(variant)
    }
  }

  @Test func nearCopiesAreGroupedAndOthersAreNot() {
    var random = SplitMix64(seed: 21)
    let signatures = (0..<20).flatMap { _ in variants(6, changes: 0...4, &random) }
    // All pairs, without a look at what they have in common.
    var expected = Array(signatures.indices)
    for a in signatures.indices {
      for b in 0..<a where signatures[a].resemblance(signatures[b]) >= MinHash.nearly {
        let (from, to) = (max(expected[a], expected[b]), min(expected[a], expected[b]))
        for index in 0...a where expected[index] == from { expected[index] = to }
      }
    }
    #expect((21..<119).contains(Set(expected).count))
    #expect(MinHash.groups(signatures) == expected)
  }

  /// What is compared: as much as this of all pairs of, say, requests to one server.
  @Test func whatIsHalfAlikeHasHardlyAnyKeyInCommon() {
    var random = SplitMix64(seed: 22)
    let signatures = variants(100, changes: 5...8, &random)
    var (pairs, sharing) = (0, 0)
    for a in signatures.indices {
      for b in 0..<a where (0.4...0.6).contains(signatures[a].resemblance(signatures[b])) {
        pairs += 1
        sharing += Set(signatures[a].bandKeys).isDisjoint(with: signatures[b].bandKeys) ? 0 : 1
      }
    }
    #expect(pairs > 1000)
    #expect(10 * sharing < pairs)
  }

  /// Of as many near copies, all pairs are 200 million: they are not looked at.
  @Test func nearCopiesInGreatNumbersAreOneGroup() {
    let base = (1...600).map { UInt16($0) }
    let variants = (0..<20).map { place in
      var states = base
      states[30 * place] = 5000
      return MinHash(states)
    }
    let others = MinHash(base.map { $0 + 1000 })
    let signatures = (0..<20_000).map { variants[$0 % variants.count] } + [others]
    let groups = MinHash.groups(signatures)
    #expect(Set(groups) == [0, 20_000])
  }

  /// Sequences of one server, of which each resembles all others, but not enough.
  @Test func noSequenceIsComparedWithAllThatResembleIt() {
    var random = SplitMix64(seed: 23)
    let signatures = variants(400, changes: 2...4, &random)
    func grouping(mostCompared: Int) -> MinHash.Grouping {
      var grouping = MinHash.Grouping(signatures, mostCompared: mostCompared)
      for signature in signatures { grouping.add(keys: signature.bandKeys) }
      return grouping
    }
    var (all, some) = (grouping(mostCompared: 400), grouping(mostCompared: 20))
    #expect(all.comparisons > 20_000)
    #expect(all.comparisons < 400 * 399 / 2)
    #expect(some.comparisons <= 400 * 20)
    // What is grouped of less is grouped of more.
    for index in signatures.indices {
      let leader = some.group(of: index)
      #expect(all.group(of: index) == all.group(of: leader))
    }
  }

  @Test func whatResemblesOneOfManyIsFound() {
    let base = (1...120).map { UInt16($0) }
    var near = base
    near[119] = 500
    let buckets = MinHash.Buckets([MinHash(base.map { $0 + 1000 }), MinHash(base)])
    #expect(buckets.holdNearly(MinHash(near)))
    #expect(!buckets.holdNearly(MinHash(base.map { $0 + 2000 })))
  }
}
