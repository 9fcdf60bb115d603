import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct TailTests {
  /// By hand: of 1, 2, 6 the mean is 3, the second L-moment 2 (0 * 1 + 1 * 2 + 2 * 6) / (3 * 2) - 3 = 5/3;
  /// ξ = 2 - 9/5, σ = 3 (9/5 - 1).
  @Test func momentsByHand() throws {
    let tail = try #require(GeneralisedPareto(sortedExcesses: [1, 2, 6]))
    #expect(abs(tail.shape - 0.2) < 1e-12)
    #expect(abs(tail.scale - 2.4) < 1e-12)
  }

  @Test func sharesByHand() {
    let exponential = GeneralisedPareto(shape: 0, scale: 2)
    #expect(abs(exponential.share(over: 2) - 0.36787944117144233) < 1e-12)
    let heavy = GeneralisedPareto(shape: 1, scale: 1)
    #expect(heavy.share(over: 3) == 0.25)
    #expect(heavy.excess(share: 0.25) == 3)
    let bounded = GeneralisedPareto(shape: -0.5, scale: 1)
    #expect(bounded.share(over: 1) == 0.25)
    #expect(bounded.share(over: 2) == 0)
    #expect(bounded.share(over: 5) == 0)
    #expect(abs(bounded.excess(share: 1e-12) - 2) < 1e-5)
    #expect(heavy.share(over: 0) == 1)
  }

  @Test func tailsAreThoseOfSciPy() throws {
    for golden in try TailGoldens().tails {
      let tail = try #require(GeneralisedPareto(sortedExcesses: golden.sample))
      #expect(abs(tail.shape - golden.shape) < 1e-9)
      #expect(abs(tail.scale - golden.scale) < 1e-9)
      #expect(abs(tail.share(over: 2.5) - golden.share) < 1e-9)
      #expect(abs(tail.excess(share: 1e-4) / golden.excess - 1) < 1e-9)
    }
  }

  @Test func whatHasNoSpreadHasNoTail() {
    #expect(GeneralisedPareto(sortedExcesses: []) == nil)
    #expect(GeneralisedPareto(sortedExcesses: [1]) == nil)
    #expect(GeneralisedPareto(sortedExcesses: [2, 2, 2]) == nil)
  }

  @Test func aLevelAndItsShareBelongTogether() throws {
    var random = SplitMix64(seed: 3)
    let law = GeneralisedPareto(shape: 0.1, scale: 0.5)
    let peaks = (0..<2000).map { _ in law.excess(share: Double.random(in: 1e-9...1, using: &random))
    }
    let tail = try #require(PeaksOverThreshold(peaks))
    #expect(tail.tailCount == 200)
    // Counted: as many peaks are over the level as asked for.
    for count in [10, 50, 400] {
      let level = tail.level(share: Double(count) / 2000)
      #expect(tail.count(over: level) == count)
      #expect(tail.share(over: level) == Double(count) / 2000)
    }
    // Extrapolated: near the law, and the level has the share that it was asked for.
    for share in [1e-3, 1e-4, 1e-5] {
      let level = tail.level(share: share)
      #expect(abs(tail.share(over: level) / share - 1) < 1e-6)
      #expect(abs(level / law.excess(share: share) - 1) < 0.35)
    }
    #expect(tail.level(share: 1) == tail.peaks[0])
  }

  /// What is counted and what is extrapolated meet, also where many peaks are the same.
  @Test func whoAsksForFewerGetsNoLowerLevel() throws {
    var random = SplitMix64(seed: 12)
    for steps in [3, 10, 100, 1_000_000] {
      for count in [60, 200, 1500] {
        let peaks = (0..<count).map { _ in
          let score = pow(Double.random(in: 1e-6...1, using: &random), -0.4)
          return (score * Double(steps)).rounded() / Double(steps)
        }
        let tail = try #require(PeaksOverThreshold(peaks))
        let levels = (1...400).map { tail.level(share: Double(401 - $0) / 8 / Double(count)) }
        #expect(levels == levels.sorted())
        let shares = levels.map { tail.share(over: $0) }
        #expect(shares == shares.sorted(by: >))
        // As many as are counted, and where they are too few for that, fewer.
        for (level, share) in zip(levels, shares) where tail.count(over: level) < 10 {
          #expect(share <= 10 / Double(count))
        }
      }
    }
  }

  @Test func aWholeNumberOfPeaksIsNotCutByRounding() throws {
    let counts = (60...6000).filter { Int(Double(30) / Double($0) * Double($0)) < 30 }
    #expect(counts.count > 100)
    for count in counts.prefix(50) {
      let tail = try #require(PeaksOverThreshold((0..<count).map { Double($0) }))
      #expect(tail.count(over: tail.level(share: 30 / Double(count))) == 30)
    }
  }

  @Test func fewOrEqualPeaksAreNotExtrapolated() throws {
    #expect(PeaksOverThreshold([Double](repeating: 1, count: 59)) == nil)
    let flat = try #require(PeaksOverThreshold([Double](repeating: 1, count: 100)))
    #expect(flat.tail == nil)
    #expect(flat.level(share: 1e-6) == 1)
    #expect(flat.share(over: 1) == 0)
    #expect(flat.share(over: 0.5) == 1)
  }

  @Test func samplesDrawnAnewAreTheSameForTheSameSeed() throws {
    var random = SplitMix64(seed: 5)
    let peaks = (0..<500).map { _ in Double.random(in: 0...3, using: &random) }
    let tail = try #require(PeaksOverThreshold(peaks))
    let level = tail.level(share: 0.1)
    let shares = tail.resampledShares(over: [level], samples: 200, seed: 1)
    #expect(shares == tail.resampledShares(over: [level], samples: 200, seed: 1))
    #expect(shares != tail.resampledShares(over: [level], samples: 200, seed: 2))
    #expect(shares.count == 200)
    // 50 of 500: the interval is about 50 ± 11.
    let sorted = shares.sorted()
    #expect((0.07...0.09).contains(sorted[10]))
    #expect((0.11...0.13).contains(sorted[189]))
    // The second of each two samples is asked for another level.
    let lower = tail.resampledShares(over: [level, 0], samples: 4, seed: 1)
    #expect(lower[0] == shares[0] && lower[2] == shares[2])
    #expect(lower[1] > 0.9 && lower[3] > 0.9)
  }

  @Test func forecastsOfCountsAreThoseOfSciPy() throws {
    for golden in try TailGoldens().counts {
      #expect(
        CountForecast.counts(seen: [golden.count], ratio: golden.ratio)
          == golden.lower...golden.upper)
    }
  }

  /// As far as they go: 68 % of a normal distribution is within one deviation, 90 % within 1.645.
  @Test func networkFactorsAreLogNormal() {
    let factors = CountForecast.networkFactors
    #expect(factors.count == 20 && factors == factors.sorted())
    #expect(abs(factors[0] - 0.822) < 0.001)  // e^(-0.1 * 1.960)
    #expect(abs(factors[0] * factors[19] - 1) < 1e-9)
    #expect(abs(CountForecast.normalQuantile(0.95) - 1.6448536269514722) < 1e-9)
    #expect(abs(CountForecast.normalQuantile(0.5)) < 1e-9)
  }

  @Test func ofNoDataNothingIsToBeExpected() {
    #expect(CountForecast.counts(seen: [0, 5], ratio: 0) == 0...0)
  }

  /// 30 peaks were wanted, but those at the level are not over it: five are, all the same.
  @Test func aTailOfEqualPeaksIsCounted() throws {
    let tail = try #require(
      PeaksOverThreshold([Double](repeating: 1, count: 55) + [Double](repeating: 2, count: 5)))
    #expect(tail.tail == nil && tail.tailCount == 5)
    #expect(tail.level(share: 9 / 60) == 1)
    #expect(tail.level(share: 5 / 60) == 1)
    #expect(tail.level(share: 4.9 / 60) == 2)
  }

  @Test func countsThatDifferWidenTheForecast() {
    let one = CountForecast.counts(seen: [20], ratio: 1)
    #expect(CountForecast.counts(seen: [20, 20, 20], ratio: 1) == one)
    let several = CountForecast.counts(seen: [0, 20, 60], ratio: 1)
    #expect(several.lowerBound == 0)
    #expect(several.upperBound > one.upperBound)
  }

  /// A Poisson distribution of 10 has 5 % below 5 and 95 % up to 15.
  @Test func oneExpectedNumberIsAPoissonDistribution() {
    #expect(CountForecast.counts(expected: [10, 10, 10]) == 5...15)
    #expect(CountForecast.counts(expected: [0]) == 0...0)
    #expect(CountForecast.counts(expected: [0, 10]).lowerBound == 0)
  }
}
