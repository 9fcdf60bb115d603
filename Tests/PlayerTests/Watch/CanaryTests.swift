import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Player

@Suite struct CanaryTests {
  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 6, window: 4, minimumEvents: 2, threshold: 2)

  private func canary(_ scorer: inout Scorer) throws -> Canary {
    let canary = Canary(&scorer)
    return try #require(canary)
  }

  @Test func aCanaryRaisesItsAlarmEveryTime() throws {
    var scorer = model.scorer(threads: 2)
    let canary = try canary(&scorer)
    for _ in 0..<3 {
      let isRaised = canary.raisesAlarm(&scorer)
      #expect(isRaised)
    }
  }

  @Test func aBlindBlobHasNoCanary() {
    // No surprise is over the cap.
    let blind = model.changing { $0.channels[0].threshold = .cap }
    withExtendedLifetime(blind) {
      var scorer = blind.scorer(threads: 2)
      let canary = Canary(&scorer)
      #expect(canary == nil)
    }
  }

  @Test func otherWeightsAreNoticed() throws {
    var scorer = model.scorer(threads: 2)
    let canary = try canary(&scorer)
    let damaged = model.changing { $0.weights[$0.weights.count - 1] += 0.25 }
    withExtendedLifetime(damaged) {
      var other = damaged.scorer(threads: 2)
      let isRaised = canary.raisesAlarm(&other)
      #expect(!isRaised)
    }
  }
}
