import Checkpoints
import TestSupport
import Testing

@testable import Training

@Suite struct BatchOptimizerTests {
  /// More parameters than a piece has, in tensors that end inside of pieces.
  @Test(arguments: [1, 2, 5])
  func anUpdateIsAdamOnTheClippedGradientOfAllParameters(threads: Int) throws {
    let architecture = try NetworkCase.tcn(states: 700, channels: 40, kernel: 3, [1, 2])
    let count = architecture.parameterCount
    #expect(count > 3 * 8192)
    var random = SplitMix64(seed: 4)
    let gradient = (0..<count).map { _ in random.nextUnit() }
    var expected = (0..<count).map { _ in random.nextUnit() }
    let parameters = Buffer(expected)
    var configuration = TrainingConfiguration()
    configuration.clipNorm = 2
    configuration.warmup = 0
    let optimizer = BatchOptimizer(
      architecture: architecture, configuration: configuration, totalSteps: 100, state: nil,
      pool: WorkerPool(count: threads))
    #expect(optimizer.update(parameters, gradient: Buffer(gradient), step: 1))

    let norm = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    var first = [Float](repeating: 0, count: count)
    var second = first
    Adam().step(
      1, of: architecture, learningRate: optimizer.learningRate(atStep: 1),
      gradientScale: GradientClipping.factor(norm: norm, limit: 2), gradient: gradient,
      parameters: &expected, firstMoment: &first, secondMoment: &second)
    #expect(parameters.array == expected)
    #expect(optimizer.firstMoment.array == first)
    #expect(optimizer.secondMoment.array == second)
  }

  @Test func theRateClimbsOverItsShareOfTheUpdatesAndFallsToAHundredth() throws {
    var configuration = TrainingConfiguration()
    configuration.learningRate = 0.5
    configuration.warmup = 0.05
    let optimizer = BatchOptimizer(
      architecture: try NetworkCase.tcn(states: 3, channels: 2, kernel: 2, [1]),
      configuration: configuration, totalSteps: 84, state: nil, pool: WorkerPool(count: 1))
    // 4.2 updates are 4.
    #expect((1...4).map { optimizer.learningRate(atStep: $0) } == [0.125, 0.25, 0.375, 0.5])
    #expect(optimizer.learningRate(atStep: 5) < 0.5)
    #expect(optimizer.learningRate(atStep: 84) == 0.005)
  }

  @Test func aGradientThatIsNotFiniteChangesNothing() throws {
    let architecture = try NetworkCase.tcn(states: 700, channels: 40, kernel: 3, [1, 2])
    let count = architecture.parameterCount
    let optimizer = BatchOptimizer(
      architecture: architecture, configuration: TrainingConfiguration(), totalSteps: 100,
      state: nil, pool: WorkerPool(count: 2))
    let parameters = Buffer<Float>(repeating: 1, count: count)
    let gradient = Buffer<Float>(repeating: 1, count: count)
    gradient.base[count - 1] = .nan
    #expect(!optimizer.update(parameters, gradient: gradient, step: 1))
    #expect(parameters.array.allSatisfy { $0 == 1 })
    #expect(optimizer.firstMoment.array.allSatisfy { $0 == 0 })
  }
}
