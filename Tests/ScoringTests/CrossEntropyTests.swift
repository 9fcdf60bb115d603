import Foundation
import TestSupport
import Testing

@testable import Scoring

@Suite struct CrossEntropyTests {
  private func nats(_ state: Int, _ logits: [Float]) -> Float {
    CrossEntropy.nats(of: state, logits: logits, vocabularySize: logits.count)
  }

  @Test func twoEqualLogitsCostLnTwo() {
    #expect(abs(nats(0, [3, 3]) - 0.69314718) < 1e-7)
  }

  @Test func aCertainStateCostsNothing() {
    #expect(nats(1, [-100, 100, -100]) == 0)
  }

  @Test func anImpossibleStateCostsMoreThanTheCapButIsFinite() {
    let cost = nats(0, [-1000, 1000, 1000])
    #expect(cost > 27.64 && cost < 40)
  }

  /// `docs/scoring.md`, word for word.
  private func plainly(_ state: Int, _ logits: [Float]) -> Float {
    var sums = [Float](repeating: 0, count: 16)
    for (v, logit) in logits.enumerated() {
      let difference = logit - logits[state]
      sums[v % 16] += ExactMath.exp(difference < 28 ? difference : 28)
    }
    for half in [8, 4, 2, 1] { for j in 0..<half { sums[j] += sums[j + half] } }
    return ExactMath.log(sums[0])
  }

  /// Far apart, so that differences are limited at both ends, and not numbers among them.
  @Test(arguments: [2, 15, 16, 17, 31, 32, 131, 256, 1024], [Float(3), 60, 4000])
  func everySizeHasTheBitsOfTheScalarOrder(size: Int, spread: Float) {
    var generator = SplitMix64(seed: UInt64(size))
    var logits = (0..<size).map { _ in spread * generator.nextUnit() }
    for state in [0, size / 2, size - 1] {
      #expect(nats(state, logits).bitPattern == plainly(state, logits).bitPattern)
    }
    logits[size / 3] = .nan
    logits[size - 1] = .infinity
    #expect(nats(0, logits).bitPattern == plainly(0, logits).bitPattern || size == 2)
  }

  @Test(arguments: [2, 15, 16, 17, 31, 131, 256, 1024])
  func agreesWithSoftmaxInDoublePrecision(size: Int) {
    var generator = SplitMix64(seed: UInt64(size))
    for _ in 0..<20 {
      let logits = (0..<size).map { _ in 6 * generator.nextUnit() }
      let largest = Double(logits.max() ?? 0)
      let sum = logits.reduce(0) { $0 + exp(Double($1) - largest) }
      let state = Int(generator.next() % UInt64(size))
      let exact = log(sum) + largest - Double(logits[state])
      #expect(abs(Double(nats(state, logits)) - exact) < 4e-6 * max(1, exact))
    }
  }
}
