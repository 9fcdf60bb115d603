/// Linear warm-up to the peak, then half a cosine down to a share of it (Loshchilov, Hutter 2017).
struct LearningRateSchedule {
  /// The highest learning rate, > 0.
  var peak: Float
  /// Steps of the warm-up; the last of them has the peak rate.
  var warmupSteps: Int
  /// The step from which on the rate is `peak * finalFraction`, unless it is the warm-up's last.
  var totalSteps: Int
  /// The share of the peak that is left at the end, in 0...1; 1 keeps the rate constant.
  var finalFraction: Float

  /// - Precondition: `peak` > 0, `warmupSteps` >= 0, `finalFraction` in 0...1.
  init(peak: Float, warmupSteps: Int, totalSteps: Int, finalFraction: Float) {
    precondition(peak > 0, "peak learning rate \(peak) is not positive")
    precondition(warmupSteps >= 0, "\(warmupSteps) warm-up steps")
    precondition(0...1 ~= finalFraction, "final fraction \(finalFraction) is not in 0...1")
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
    self.finalFraction = finalFraction
  }

  /// The learning rate of a step, 1 for the first.
  func rate(at step: Int) -> Float {
    if step < warmupSteps { return peak * Float(max(step, 1)) / Float(warmupSteps) }
    let falling = totalSteps - warmupSteps
    guard falling > 0 else { return step == warmupSteps ? peak : peak * finalFraction }
    let progress = min(1, Double(step - warmupSteps) / Double(falling))
    let share = (1 + VectorMath.cosPi(progress)) / 2
    return peak * Float(Double(finalFraction) + (1 - Double(finalFraction)) * share)
  }
}
