import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite struct RankedScoresTests {
  /// Pairs by hand: 0.9 beats all three; 0.5 beats 0.1 and ties with 0.5; 0.3 beats 0.1.
  private let small = RankedScores(positives: [0.3, 0.9, 0.5], negatives: [0.1, 0.5, 0.7])

  @Test func theAreaIsTheShareOfPairsWithTiesCountingHalf() throws {
    let share = 5.5 / 9
    #expect(small.areaUnderROC == share)
    #expect(RankedScores(positives: [1, 1], negatives: [1, 1, 1]).areaUnderROC == 0.5)
    #expect(RankedScores(positives: [2], negatives: [1]).areaUnderROC == 1)
    #expect(RankedScores(positives: [1], negatives: [2]).areaUnderROC == 0)
  }

  @Test func averagePrecisionIsSummedOverDistinctScores() throws {
    // Over 0.9: 1 of 1; 0.7 adds none; 0.5: 2 of 4; 0.3: 3 of 5.
    let expected = (1.0 + 2.0 / 4 + 3.0 / 5) / 3
    #expect(abs(try #require(small.averagePrecision) - expected) < 1e-15)
    // One step with everything in it: the share of attacks.
    #expect(RankedScores(positives: [1], negatives: [1, 1, 1]).averagePrecision == 0.25)
  }

  @Test func theBestF1IsThatOfSomeThreshold() {
    // Over 0.9: 2/4; 0.7: 2/5; 0.5: 4/7; 0.3: 6/8; 0.1: 6/9.
    #expect(small.bestF1 == 0.75)
    #expect(small.f1(over: 0.7) == 0.5)
    #expect(small.f1(over: 0.1) == 0.75)
    #expect(small.f1(over: 1) == 0)
  }

  @Test func theThresholdLeavesAtMostTheShareOfNegativesOverIt() throws {
    let scores = RankedScores(
      positives: [50, 97.5, 99.5], negatives: (1...100).map { Double($0) })
    #expect(scores.threshold(falsePositiveRate: 0) == 100)
    #expect(scores.threshold(falsePositiveRate: 0.001) == 100)
    #expect(scores.threshold(falsePositiveRate: 0.01) == 99)
    #expect(scores.threshold(falsePositiveRate: 0.05) == 95)
    #expect(scores.threshold(falsePositiveRate: 0.999_999) == 1)
    // 0.29 * 100 is 28.999999999999996.
    #expect(scores.threshold(falsePositiveRate: 0.29) == 71)
    #expect(scores.truePositiveRate(over: 100) == 0)
    #expect(scores.truePositiveRate(over: 99) == 1.0 / 3)
    #expect(scores.truePositiveRate(over: 95) == 2.0 / 3)
    #expect(scores.falsePositiveRate(over: 95) == 0.05)
    #expect(scores.falsePositiveRate(over: 99.5) == 0.01)
  }

  @Test func equalNegativesAlarmTogetherOrNotAtAll() {
    let scores = RankedScores(positives: [3], negatives: [3, 3, 3, 1, 1, 1, 1, 1, 1, 1])
    #expect(scores.threshold(falsePositiveRate: 0.2) == 3)
    #expect(scores.truePositiveRate(over: 3) == 0)
    #expect(scores.threshold(falsePositiveRate: 0.3) == 1)
    #expect(scores.truePositiveRate(over: 1) == 1)
  }

  @Test func theCurveGoesFromNothingToEverythingByItsCorners() {
    #expect(
      small.curve == [
        ROCPoint(falsePositiveRate: 0, truePositiveRate: 0),
        ROCPoint(falsePositiveRate: 0, truePositiveRate: 1.0 / 3),
        ROCPoint(falsePositiveRate: 1.0 / 3, truePositiveRate: 1.0 / 3),
        ROCPoint(falsePositiveRate: 2.0 / 3, truePositiveRate: 2.0 / 3),
        ROCPoint(falsePositiveRate: 2.0 / 3, truePositiveRate: 1),
        ROCPoint(falsePositiveRate: 1, truePositiveRate: 1),
      ])
  }

  @Test func theAreaIsTheOneUnderTheCurve() throws {
    var random = SplitMix64(seed: 6)
    for _ in 0..<50 {
      func draw(_ count: Int) -> [Double] {
        (0..<count).map { _ in Double(Int.random(in: 0..<12, using: &random)) }
      }
      let scores = RankedScores(
        positives: draw(Int.random(in: 1...40, using: &random)),
        negatives: draw(Int.random(in: 1...40, using: &random)))
      var area = 0.0
      for (a, b) in zip(scores.curve, scores.curve.dropFirst()) {
        area +=
          (b.falsePositiveRate - a.falsePositiveRate) * (a.truePositiveRate + b.truePositiveRate)
          / 2
      }
      #expect(abs(area - (try #require(scores.areaUnderROC))) < 1e-12)
    }
  }

  @Test func withoutOneSideNothingIsSaid() {
    let none = RankedScores(positives: [], negatives: [1])
    #expect(none.areaUnderROC == nil)
    #expect(none.averagePrecision == nil)
    #expect(none.bestF1 == nil)
    #expect(none.f1(over: 0) == nil)
    #expect(none.truePositiveRate(over: 0) == nil)
    #expect(none.curve.isEmpty)
    let noNormal = RankedScores(positives: [1], negatives: [])
    #expect(noNormal.areaUnderROC == nil)
    #expect(noNormal.threshold(falsePositiveRate: 0.01) == nil)
    #expect(noNormal.falsePositiveRate(over: 0) == nil)
    #expect(noNormal.averagePrecision == 1)
  }

  private struct Golden: Decodable {
    struct Case: Decodable {
      let positives: [Double]
      let negatives: [Double]
      let auc: Double
      let averagePrecision: Double
      let bestF1: Double
      let truePositiveRates: [String: Double]
      let curve: [[Double]]
    }
    let scikitLearn: String
    let cases: [Case]
  }

  /// What scikit-learn says of the same scores; Tests/Reference/ranking_goldens.py made the file.
  @Test func everyNumberIsThatOfScikitLearn() throws {
    let url = Bundle.module.bundleURL.appendingPathComponent("Golden/ranking.json")
    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
    #expect(!golden.scikitLearn.isEmpty)
    #expect(golden.cases.count == 8)
    for expected in golden.cases {
      let scores = RankedScores(positives: expected.positives, negatives: expected.negatives)
      #expect(abs(try #require(scores.areaUnderROC) - expected.auc) < 1e-12)
      #expect(abs(try #require(scores.averagePrecision) - expected.averagePrecision) < 1e-12)
      #expect(abs(try #require(scores.bestF1) - expected.bestF1) < 1e-12)
      let metrics = RankingMetrics(scores)
      #expect(metrics.truePositiveRates.count == expected.truePositiveRates.count)
      for rate in metrics.truePositiveRates {
        let found = try #require(expected.truePositiveRates["\(rate.falsePositiveRate)"])
        #expect(abs(rate.truePositiveRate - found) < 1e-12)
      }
      #expect(scores.curve.count == expected.curve.count)
      for (point, corner) in zip(scores.curve, expected.curve) {
        #expect(abs(point.falsePositiveRate - corner[0]) < 1e-12)
        #expect(abs(point.truePositiveRate - corner[1]) < 1e-12)
      }
    }
  }
}
