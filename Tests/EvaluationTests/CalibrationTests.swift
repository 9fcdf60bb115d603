import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Evaluation

@Suite struct CalibrationTests {
  private static let nat: UInt32 = 1 << 24

  private func scores(_ units: [UInt64]) -> [Surprise] {
    units.map { Surprise(units: UInt32($0)) }
  }

  private func quantile(_ scores: [Surprise], _ q: Double) throws -> UInt32 {
    try data(scores).outOfFoldQuantile(q).units
  }

  /// Scores that are in-sample and out-of-fold at once.
  private func data(_ scores: [Surprise]) -> ThresholdData {
    ThresholdData(largest: scores.max() ?? Surprise(units: 0), outOfFold: scores)
  }

  @Test func aQuantileIsTheLeastScoreThatTheShareIsNotOver() throws {
    let ten = scores([7, 3, 10, 1, 5, 2, 9, 4, 8, 6])
    let expected: [(q: Double, units: UInt32)] = [
      (0, 1), (0.01, 1), (0.1, 1), (0.11, 2), (0.5, 5), (0.51, 6), (0.9, 9), (0.99, 10), (1, 10),
    ]
    for (q, units) in expected { #expect(try quantile(ten, q) == units, "\(q)") }
  }

  @Test(arguments: [UInt64(1), 2, 3]) func quantilesHoldWhatTheyPromise(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let values = (0..<501).map { _ in UInt64.random(in: 0...300, using: &random) }
    let scores = scores(values)
    for _ in 0..<200 {
      let q = Double.random(in: 0.001...1, using: &random)
      let quantile = UInt64(try self.quantile(scores, q))
      let notOver = values.count { $0 <= quantile }
      #expect(Double(notOver) >= q * 501)
      let below = values.count { $0 < quantile }
      #expect(Double(below) < q * 501, "a smaller one would do")
    }
  }

  /// 0.56 * 25 is 14.000000000000002.
  @Test func aShareThatFloatsCannotHoldTakesNoScoreMore() throws {
    #expect(try quantile(scores((1...25).map { $0 }), 0.56) == 14)
  }

  @Test func noScoresAreZero() throws { #expect(try quantile([], 0.5) == 0) }

  @Test func meansAreRoundedUp() {
    let scores = [10, 12, 13].map { Surprise(roundingUp: Score(sum: $0, weight: 3)) }
    #expect(scores.map(\.units) == [4, 4, 5])
  }

  @Test func thresholdsByHand() throws {
    let three = data(scores([1, 3, 2]))
    #expect(try ThresholdChoice.multipleOfLargest(2).threshold(three).units == 6)
    #expect(try ThresholdChoice.multipleOfLargest(1.5).threshold(three).units == 5)
    #expect(try ThresholdChoice.quantile(0.5).threshold(three).units == 2)
    #expect(try ThresholdChoice.quantile(1).threshold(three).units == 3)
    #expect(try ThresholdChoice.fixed(2.5).threshold(three).units == 5 * Self.nat / 2)
    #expect(try ThresholdChoice.fixed(27.63).threshold(three) < .cap)
  }

  @Test func whatNoScoreIsOverAndWhatAllAreIsRefused() {
    let zeros = data(scores([0, 0]))
    #expect(throws: ThresholdError.zero) {
      try ThresholdChoice.multipleOfLargest(2).threshold(zeros)
    }
    #expect(throws: ThresholdError.zero) { try ThresholdChoice.quantile(0.5).threshold(zeros) }
    #expect(throws: ThresholdError.zero) { try ThresholdChoice.fixed(1e-9).threshold(zeros) }
    let capped = data(scores([UInt64(Surprise.cap.units)]))
    for nats in [27.632, 256, 1e300, .infinity] {
      #expect(throws: ThresholdError.unreachable(nats)) {
        try ThresholdChoice.fixed(nats).threshold(capped)
      }
    }
    #expect(throws: ThresholdError.unreachable(Surprise.cap.exactNats)) {
      try ThresholdChoice.quantile(1).threshold(capped)
    }
    // Rounded up to a unit it is the cap.
    let cap = Double(Surprise.cap.units)
    #expect(!ThresholdChoice.isThreshold((cap - 0.5) / Double(Self.nat)))
    #expect(ThresholdChoice.isThreshold((cap - 1) / Double(Self.nat)))
    #expect {
      try ThresholdChoice.multipleOfLargest(10).threshold(capped)
    } throws: { error in
      guard case ThresholdError.unreachable(let nats) = error else { return false }
      return abs(nats - 276.31) < 0.01
    }
  }

  /// The data that a threshold was made of must not alarm with the multiple 1.
  @Test(arguments: [UInt64(4), 5]) func noCalibrationScoreIsOverTheLargest(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let list = (0..<300).map { _ in
      let count = UInt32.random(in: 1...128, using: &random)
      return Score(
        sum: UInt64.random(in: 0...UInt64(count) * UInt64(Surprise.cap.units), using: &random),
        weight: count)
    }
    let scores = list.map { Surprise(roundingUp: $0) }
    for choice in [ThresholdChoice.multipleOfLargest(1), .quantile(1)] {
      let threshold = try choice.threshold(data(scores))
      #expect(!list.contains { $0.isOver(threshold) })
      // One unit less, and one of them is.
      #expect(list.contains { $0.isOver(Surprise(units: threshold.units - 1)) })
    }
  }
}
