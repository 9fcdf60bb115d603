import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct RollingWindowTests {
  private func surprise(_ units: UInt32) -> Surprise { Surprise(units: units) }

  @Test func aYoungWindowIsTheMeanOfWhatThereIs() {
    var window = RollingWindow()
    var ring: [UInt32] = [0, 0, 0, 0]
    window.add(surprise(30), ring: &ring, length: 4)
    #expect(window.score == Score(sum: 30, weight: 1))
    window.add(surprise(10), ring: &ring, length: 4)
    #expect(window.score == Score(sum: 40, weight: 2))
  }

  @Test func theOldestEventLeavesAFullWindow() {
    var window = RollingWindow()
    var ring: [UInt32] = [0, 0]
    for units: UInt32 in [5, 7, 11] { window.add(surprise(units), ring: &ring, length: 2) }
    #expect(window.score == Score(sum: 18, weight: 2))
    #expect(window.surprise(at: 0, ring: ring, length: 2) == surprise(7))
    #expect(window.surprise(at: 1, ring: ring, length: 2) == surprise(11))
  }

  @Test func theSumNeverDrifts() {
    var generator = SplitMix64(seed: 7)
    var window = RollingWindow()
    var ring = [UInt32](repeating: 0, count: 37)
    var all: [UInt64] = []
    for _ in 0..<10_000 {
      let units = UInt32(generator.next() % 463_571_609)
      all.append(UInt64(units))
      window.add(surprise(units), ring: &ring, length: 37)
      #expect(window.sum == all.suffix(37).reduce(0, +))
    }
  }

  @Test func aScoreEqualToTheThresholdIsNotOverIt() {
    #expect(!Score(sum: 30, weight: 3).isOver(surprise(10)))
    #expect(Score(sum: 31, weight: 3).isOver(surprise(10)))
    #expect(!Score(sum: 0, weight: 0).isOver(surprise(1)))
  }

  @Test func scoresCompareAsFractions() {
    #expect(Score(sum: 7, weight: 2).isLarger(than: Score(sum: 10, weight: 3)))
    #expect(!Score(sum: 10, weight: 3).isLarger(than: Score(sum: 7, weight: 2)))
    #expect(!Score(sum: 6, weight: 2).isLarger(than: Score(sum: 9, weight: 3)))
    #expect(Score(sum: 1, weight: 9).isLarger(than: Score(sum: 0, weight: 0)))
  }

  @Test func theLargestPossibleWindowDoesNotOverflow() {
    let score = Score(sum: 4096 * UInt64(Surprise.cap.units), weight: 4096)
    #expect(score.micronats == 27_631_021)
  }
}
