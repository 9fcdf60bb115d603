import ModelFormat
import TestSupport
import Testing

@testable import Training

struct OverfittingTests {
  @Test(arguments: ["relu", "gated", "tied", "window"])
  func eightShortSequencesAreLearntByHeart(kind: String) throws {
    let architecture =
      kind == "window"
      ? try NetworkCase.window(states: 12, window: 8)
      : try NetworkCase.tcn(
        states: 12, channels: 16, kernel: 2, [1, 2, 4], gated: kind == "gated", tied: kind == "tied"
      )
    var random = SplitMix64(seed: 12)
    let segments = (0..<8).map { sequence in
      // The first state tells the sequences apart.
      let states =
        [UInt16(0), UInt16(sequence + 1)]
        + (0..<10).map { _ in
          UInt16(1 + random.next() % 11)
        }
      return Segment(inputs: Array(states[1...10]), targets: Array(states[2...]))
    }
    var parameters = architecture.initialParameters(seed: 1)
    var first = [Float](repeating: 0, count: parameters.count)
    var second = first
    let runner = Runner(architecture)
    let count = segments.lossCount
    let schedule = LearningRateSchedule(
      peak: 0.01, warmupSteps: 10, totalSteps: 300, finalFraction: 0.1)
    for step in 1...300 {
      var sum = [Float](repeating: 0, count: parameters.count)
      for segment in segments {
        for (index, g) in runner.gradient(of: segment, parameters).gradient.enumerated() {
          sum[index] += g
        }
      }
      Adam().step(
        step, of: architecture, learningRate: schedule.rate(at: step),
        gradientScale: 1 / Float(count), gradient: sum, parameters: &parameters,
        firstMoment: &first, secondMoment: &second)
    }
    let loss = segments.reduce(0) { $0 + runner.loss($1, parameters) } / Double(count)
    #expect(loss < 0.02)
  }
}
