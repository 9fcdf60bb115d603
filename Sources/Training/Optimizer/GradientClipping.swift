/// Clipping by the global norm (Pascanu, Mikolov, Bengio 2013).
enum GradientClipping {
  /// Element i goes to partial sum i mod 8, in Double and in increasing order of i; then the
  /// partial sums are added in order.
  static func sumOfSquares(of gradient: UnsafeBufferPointer<Float>) -> Double {
    var sums = InlineArray<8, Double>(repeating: 0)
    var index = 0
    while index + 8 <= gradient.count {
      for lane in 0..<8 {
        let g = Double(gradient[index + lane])
        sums[lane] += g * g
      }
      index += 8
    }
    for rest in index..<gradient.count {
      let g = Double(gradient[rest])
      sums[rest - index] += g * g
    }
    var total = 0.0
    for lane in 0..<8 { total += sums[lane] }
    return total
  }

  /// What to multiply a gradient of norm `norm` by, so that the norm is at most `limit`; 1 where
  /// it is already. The 1e-6 is that of `torch.nn.utils.clip_grad_norm_`.
  static func factor(norm: Double, limit: Double) -> Float {
    Float(min(1, limit / (norm + 1e-6)))
  }
}
