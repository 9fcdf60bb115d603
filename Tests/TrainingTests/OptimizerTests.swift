import Foundation
import ModelFormat
import TestSupport
import Testing

@testable import Training

private func norm(of gradient: [Float]) -> Double {
  gradient.withUnsafeBufferPointer { GradientClipping.sumOfSquares(of: $0) }.squareRoot()
}

struct AdamTests {
  @Test func withoutMemoryAStepIsTheRateWhateverTheGradient() {
    // Betas of 0 leave g / |g|.
    var adam = Adam()
    (adam.beta1, adam.beta2, adam.epsilon, adam.weightDecay) = (0, 0, 0, 0)
    var (parameters, first, second): ([Float], [Float], [Float]) = (
      [5, 5, 5], [0, 0, 0], [0, 0, 0]
    )
    adam.step(
      1, learningRate: 1, gradientScale: 1, isDecayed: true, count: 3, gradient: [3, -4, 0.5],
      parameters: &parameters, firstMoment: &first, secondMoment: &second)
    #expect(parameters == [4, 6, 4])
    #expect(first == [3, -4, 0.5])
    #expect(second == [9, 16, 0.25])
  }

  @Test func weightDecayIsDecoupledAndSparesBiases() throws {
    var adam = Adam()
    adam.weightDecay = 0.5
    let architecture = try NetworkCase.tcn(states: 3, channels: 2, kernel: 2, [1])
    let count = architecture.parameterCount
    var parameters = [Float](repeating: 8, count: count)
    let gradient = [Float](repeating: 0, count: count)
    var (first, second) = (gradient, gradient)
    adam.step(
      1, of: architecture, learningRate: 0.5, gradientScale: 1, gradient: gradient,
      parameters: &parameters, firstMoment: &first, secondMoment: &second)
    var decayed = 0
    for tensor in architecture.placedTensors {
      #expect(parameters[tensor.range].allSatisfy { $0 == (tensor.isDecayed ? 6 : 8) })
      decayed += tensor.isDecayed ? tensor.range.count : 0
    }
    // Embedding 3 x 2, convolution 2 x 2 x 2, mix 2 x 2, head 2 x 3.
    #expect(decayed == 6 + 8 + 4 + 6)
  }

  @Test func tenClippedStepsAgreeWithPyTorch() throws {
    struct Golden: Decodable {
      let seed: UInt64
      let norms: [Double]
      let parameters: Data
    }
    let golden = try JSONDecoder().decode(Golden.self, from: goldenFile("adamw"))
    let architecture = try NetworkCase.tcn(states: 5, channels: 3, kernel: 2, [1])
    let count = architecture.parameterCount
    var random = SplitMix64(seed: golden.seed)
    var parameters = random.floats(count)
    var adam = Adam()
    (adam.beta1, adam.beta2, adam.epsilon, adam.weightDecay) = (0.8, 0.95, 1e-6, 0.1)
    var first = [Float](repeating: 0, count: count)
    var second = first
    for step in 1...10 {
      let gradient = random.floats(count)
      let found = norm(of: gradient)
      #expect(abs(found - golden.norms[step - 1]) < 1e-6 * found)
      adam.step(
        step, of: architecture, learningRate: 0.02,
        gradientScale: GradientClipping.factor(norm: found, limit: 2.5), gradient: gradient,
        parameters: &parameters, firstMoment: &first, secondMoment: &second)
    }
    let expected = floats(golden.parameters)
    #expect(parameters.count == expected.count)
    for (found, wanted) in zip(parameters, expected) { #expect(abs(found - wanted) < 1e-5) }
  }

  @Test func aStepInPiecesHasTheSameBits() {
    var random = SplitMix64(seed: 3)
    let gradient = random.floats(1001)
    let start = random.floats(1001)
    func run(_ cuts: [Int]) -> [Float] {
      var (parameters, first) = (start, random.floats(1001).map { $0 * 0 })
      var second = first
      for step in 1...3 {
        for (low, high) in zip(cuts, cuts.dropFirst()) {
          gradient.withUnsafeBufferPointer { g in
            parameters.withUnsafeMutableBufferPointer { p in
              first.withUnsafeMutableBufferPointer { m in
                second.withUnsafeMutableBufferPointer { v in
                  guard let g = g.baseAddress, let p = p.baseAddress, let m = m.baseAddress,
                    let v = v.baseAddress
                  else { return }
                  Adam().step(
                    step, learningRate: 0.01, gradientScale: 0.3, isDecayed: true,
                    count: high - low, gradient: g + low, parameters: p + low,
                    firstMoment: m + low, secondMoment: v + low)
                }
              }
            }
          }
        }
      }
      return parameters
    }
    #expect(run([0, 1001]) == run([0, 1, 8, 17, 500, 999, 1001]))
  }

  @Test func powersAreThoseOfRepeatedMultiplication() {
    #expect(Adam.power(0.999, 0) == 1)
    #expect(Adam.power(2, 10) == 1024)
    #expect(abs(Adam.power(0.999, 12345) - pow(0.999, 12345)) < 1e-15)
  }
}

struct GradientClippingTests {
  @Test(arguments: [0, 1, 7, 8, 9, 1000])
  func theNormIsTheRootOfTheSumOfSquares(count: Int) {
    let gradient = (0..<count).map { Float($0 % 10) - 4.5 }
    let expected = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let found = norm(of: gradient)
    #expect(abs(found - expected) <= 1e-14 * expected)
  }

  @Test func onlyLongGradientsAreShortened() {
    #expect(GradientClipping.factor(norm: 0, limit: 1) == 1)
    #expect(GradientClipping.factor(norm: 0.99, limit: 1) == 1)
    #expect(abs(GradientClipping.factor(norm: 4, limit: 1) - 0.25) < 1e-6)
  }
}

struct LearningRateScheduleTests {
  @Test func theRateClimbsThenFallsAlongACosine() {
    let schedule = LearningRateSchedule(
      peak: 0.8, warmupSteps: 4, totalSteps: 12, finalFraction: 0.25)
    #expect((1...4).map { schedule.rate(at: $0) } == [0.2, 0.4, 0.6, 0.8])
    #expect(abs(schedule.rate(at: 8) - 0.5) < 1e-6)
    #expect(schedule.rate(at: 12) == 0.2)
    #expect(schedule.rate(at: 1000) == 0.2)
    let rates = (4...12).map { schedule.rate(at: $0) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test func aWarmUpOfAllStepsEndsAtThePeak() {
    let schedule = LearningRateSchedule(
      peak: 0.8, warmupSteps: 4, totalSteps: 4, finalFraction: 0.25)
    #expect((1...5).map { schedule.rate(at: $0) } == [0.2, 0.4, 0.6, 0.8, 0.2])
  }

  @Test func aFinalFractionOfOneKeepsTheRate() {
    let schedule = LearningRateSchedule(
      peak: 0.1, warmupSteps: 0, totalSteps: 10, finalFraction: 1)
    #expect((1...20).allSatisfy { schedule.rate(at: $0) == 0.1 })
  }
}
