/// Adam (Kingma, Ba 2015) with decoupled weight decay (Loshchilov, Hutter 2019), as
/// `torch.optim.AdamW` computes it.
struct Adam {
  /// Decay of the mean of the gradients.
  var beta1: Float = 0.9
  /// Decay of the mean of their squares.
  var beta2: Float = 0.999
  /// Keeps the denominator away from 0.
  var epsilon: Float = 1e-8
  /// Share of a weight that goes at a learning rate of 1. Matrices and kernels only (see
  /// `PlacedTensor.isDecayed`); biases stay.
  var weightDecay: Float = 0.01

  /// One step over flat buffers of the same length, in place.
  ///
  /// Each element depends on nothing but its own, so a step may be cut into pieces and the pieces
  /// given to threads.
  /// - Parameters:
  ///   - gradient: multiplied by `gradientScale` first: 1 / number of targets, clipping.
  ///   - step: 1 for the first.
  ///   - isDecayed: whether weight decay applies to all of these parameters.
  func step(
    _ step: Int, learningRate: Float, gradientScale: Float, isDecayed: Bool, count: Int,
    gradient: UnsafePointer<Float>, parameters: UnsafeMutablePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>
  ) {
    precondition(step > 0, "the first step is 1, not \(step)")
    let rate = learningRate / Float(1 - Adam.power(Double(beta1), step))
    let correction = Float(1 / (1 - Adam.power(Double(beta2), step)).squareRoot())
    let keep = isDecayed ? 1 - learningRate * weightDecay : 1
    let (fresh1, fresh2) = (1 - beta1, 1 - beta2)
    for index in 0..<count {
      let g = gradient[index] * gradientScale
      let m = (beta1 * firstMoment[index]).addingProduct(fresh1, g)
      let v = (beta2 * secondMoment[index]).addingProduct(fresh2 * g, g)
      firstMoment[index] = m
      secondMoment[index] = v
      let denominator = epsilon.addingProduct(v.squareRoot(), correction)
      parameters[index] = parameters[index] * keep - rate * (m / denominator)
    }
  }

  /// By squaring, so that no maths library has a say in it.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
