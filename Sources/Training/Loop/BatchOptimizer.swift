import ModelFormat

/// One update of the weights: clipping, step size, Adam.
final class BatchOptimizer {
  let firstMoment: Buffer<Float>
  let secondMoment: Buffer<Float>
  private let architecture: Architecture
  private let adam: Adam
  private let schedule: LearningRateSchedule
  private let clipNorm: Double

  /// The share of the largest step size that is left at the end.
  private static let finalFraction: Float = 0.01

  init(
    architecture: Architecture, configuration: TrainingConfiguration, totalSteps: Int,
    state: TrainingState?
  ) {
    let zeros = [Float](repeating: 0, count: architecture.parameterCount)
    firstMoment = Buffer(state?.firstMoment ?? zeros)
    secondMoment = Buffer(state?.secondMoment ?? zeros)
    self.architecture = architecture
    var adam = Adam()
    adam.weightDecay = Float(configuration.weightDecay)
    self.adam = adam
    schedule = LearningRateSchedule(
      peak: Float(configuration.learningRate),
      warmupSteps: Int((Double(totalSteps) * configuration.warmup).rounded()),
      totalSteps: totalSteps, finalFraction: Self.finalFraction)
    clipNorm = configuration.clipNorm
  }

  /// The step size of an update, 1 for the first.
  func learningRate(atStep step: Int) -> Float { schedule.rate(at: step) }

  /// Updates `parameters`.
  ///
  /// - Parameter step: 1 for the first.
  /// - Returns: false, and nothing is changed, where the gradient is not finite.
  func update(
    _ parameters: Buffer<Float>, gradient: UnsafePointer<Float>, step: Int
  ) -> Bool {
    let norm = GradientClipping.globalNorm(
      of: UnsafeBufferPointer(start: gradient, count: parameters.count))
    guard norm.isFinite else { return false }
    let scale = GradientClipping.factor(norm: norm, limit: clipNorm)
    architecture.forEachTensor { range, isDecayed in
      adam.step(
        step, learningRate: schedule.rate(at: step), gradientScale: scale, isDecayed: isDecayed,
        count: range.count, gradient: gradient + range.lowerBound,
        parameters: parameters.base + range.lowerBound,
        firstMoment: firstMoment.base + range.lowerBound,
        secondMoment: secondMoment.base + range.lowerBound)
    }
    return true
  }
}
