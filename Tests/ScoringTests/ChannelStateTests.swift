import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct ChannelStateTests {
  private func surprise(_ units: UInt32) -> Surprise { Surprise(units: units) }

  private func channel(_ kind: DetectionChannel.Kind, _ length: Int) -> DetectionChannel {
    DetectionChannel(
      kind: kind, length: length, minimumEvents: 1, threshold: .cap, rule: .fixed, parameter: 1,
      calibrationMaximum: .cap)
  }

  /// The scores after each of `units`.
  private func scores(
    _ kind: DetectionChannel.Kind, _ length: Int, _ units: [UInt32]
  ) -> [Score] {
    var state = ChannelState()
    var ring = [UInt32](repeating: 0, count: length)
    let channel = channel(kind, length)
    return units.map {
      state.add(surprise($0), to: channel, ring: &ring)
      return state.score
    }
  }

  @Test func aYoungWindowIsTheMeanOfWhatThereIs() {
    #expect(
      scores(.window, 4, [30, 10]) == [Score(sum: 30, weight: 1), Score(sum: 40, weight: 2)])
  }

  @Test func theOldestEventLeavesAFullWindow() {
    #expect(scores(.window, 2, [5, 7, 11]).last == Score(sum: 18, weight: 2))
  }

  @Test func theSumOfAWindowNeverDrifts() {
    var generator = SplitMix64(seed: 7)
    let units = (0..<10_000).map { _ in UInt32(generator.next() % 463_571_609) }
    for (index, score) in scores(.window, 37, units).enumerated() {
      let window = units[max(0, index - 36)...index]
      #expect(score.sum == window.reduce(0) { $0 + UInt64($1) })
      #expect(score.weight == UInt32(window.count))
    }
  }

  /// By hand, with T = 4 and 2^19 = 524,288: W is 524288; 524288 - 131072 + 524288 = 917504;
  /// 917504 - 229376 + 524288 = 1212416. S of 3, 0, 5 is 1572864; 1572864 - 393216 = 1179648;
  /// 1179648 - 294912 + 2621440 = 3506176.
  @Test func anEWMAByHand() {
    #expect(
      scores(.ewma, 4, [3, 0, 5]) == [
        Score(sum: 1_572_864, weight: 524_288), Score(sum: 1_179_648, weight: 917_504),
        Score(sum: 3_506_176, weight: 1_212_416),
      ])
  }

  /// By hand, with T = 3, where divisions leave something: W is 524288; 524288 - 174762 + 524288 =
  /// 873814; 873814 - 291271 + 524288 = 1106831. S of 1, 0, 0 is 524288, 349526, 349526 - 116508.
  @Test func divisionsOfAnEWMARoundDown() {
    #expect(
      scores(.ewma, 3, [1, 0, 0]) == [
        Score(sum: 524_288, weight: 524_288), Score(sum: 349_526, weight: 873_814),
        Score(sum: 233_018, weight: 1_106_831),
      ])
  }

  @Test func aTimeConstantOfOneIsTheNewestEventAlone() {
    #expect(
      scores(.ewma, 1, [9, 4]).map { $0.sum / UInt64($0.weight) } == [9, 4])
  }

  @Test func theFirstScoreOfAnEWMAIsItsSurprise() {
    for length in [1, 2, 50, 400, 4096] {
      let score = scores(.ewma, length, [12_345_678])[0]
      #expect(score.sum == UInt64(score.weight) * 12_345_678)
    }
  }

  /// Against the definition with real numbers: off by what docs/scoring.md says at most.
  @Test(arguments: [2, 3, 7, 50, 400, 4095, 4096])
  func anEWMAIsTheWeightedMeanOfAllEvents(length: Int) {
    var generator = SplitMix64(seed: UInt64(length))
    let units = (0..<6000).map { index in
      index % 700 < 40 ? Surprise.cap.units : UInt32(generator.next() % 30_000_000)
    }
    var (sum, weight) = (0.0, 0.0)
    for (unit, score) in zip(units, scores(.ewma, length, units)) {
      sum = sum * (1 - 1 / Double(length)) + Double(unit)
      weight = weight * (1 - 1 / Double(length)) + 1
      let (exact, found) = (sum / weight, Double(score.sum) / Double(score.weight))
      #expect(found <= exact + 0.001)
      #expect(found >= exact * (1 - 1 / 524_288) - 0.001)
    }
  }

  @Test(arguments: [1, 2, 400, 4096]) func theLargestEWMAOverflowsNothing(length: Int) {
    var state = ChannelState()
    var unused: UInt32 = 0
    let channel = channel(.ewma, length)
    for _ in 0..<60_000 { state.add(.cap, to: channel, ring: &unused) }
    let score = state.score
    #expect(score.sum < 1 << 60)
    #expect(score.weight < 1 << 31 + 4096)
    #expect((27_630_968...27_631_021).contains(score.micronats))
    #expect(score.isOver(Surprise(units: Surprise.cap.units - 1000)))
    #expect(!score.isOver(Surprise(units: Surprise.cap.units)))
    #expect(!score.isOver(Surprise(units: .max)))
    #expect(score.unitsRoundedUp <= UInt64(Surprise.cap.units))
  }

  /// What an explanation says an event weighs never adds up to more than there is.
  @Test(arguments: [1, 2, 3, 50, 400, 4096])
  func explainedWeightsAreThoseOfTheEventsRoundedDown(length: Int) {
    let channel = channel(.ewma, length)
    for count in [1, 2, 64, 65, 500] {
      let newest = (0..<min(count, 64)).reduce(UInt64(0)) {
        $0 + UInt64(ChannelState.weight(atAge: $1, of: channel))
      }
      let all = scores(.ewma, length, Array(repeating: 1, count: count)).last?.weight ?? 0
      #expect(newest <= UInt64(all))
      if count <= 64 { #expect(UInt64(all) - newest < 64 * 64) }
    }
    #expect(ChannelState.weight(atAge: 63, of: self.channel(.window, 128)) == 1)
  }

  @Test func aScoreEqualToTheThresholdIsNotOverIt() {
    #expect(!Score(sum: 30, weight: 3).isOver(surprise(10)))
    #expect(Score(sum: 31, weight: 3).isOver(surprise(10)))
    #expect(!Score(sum: 0, weight: 0).isOver(surprise(1)))
  }

  @Test func scoresThatDoNotMultiplyCompareToo() {
    let large = Score(sum: 1 << 59, weight: 1 << 31)
    #expect(Score(sum: 1 << 59 + 1, weight: 1 << 31).isLarger(than: large))
    #expect(!large.isLarger(than: large))
    #expect(!Score(sum: 1 << 59, weight: 1 << 31 + 1).isLarger(than: large))
    #expect(large.micronats == 16_000_000)
    #expect(Score(sum: 0, weight: 3).micronats == 0)
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
