import Foundation
import TestSupport
import Testing

@testable import Scoring

@Suite struct CrossEntropyTests {
  private func nats(_ state: Int, _ logits: [Float]) -> Float {
    var scratch = [Float](
      repeating: .nan, count: CrossEntropy.scratchCount(vocabularySize: logits.count))
    return CrossEntropy.nats(
      of: state, logits: logits, vocabularySize: logits.count, scratch: &scratch)
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
