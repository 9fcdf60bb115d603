import ModelFormat

/// The cross entropy of one state under unnormalised logits (`docs/scoring.md`, step 2).
struct CrossEntropy {
  /// How many partial sums the sum of exponentials has.
  static let lanes = 16
  /// e^28 is far over the cap of a surprise and far below overflow.
  static let largestDifference: Float = 28

  /// -ln softmax(logits)[state], at least 0.
  ///
  /// - Parameter logits: (V)
  static func nats(
    of state: Int, logits: UnsafePointer<Float>, vocabularySize size: Int
  ) -> Float {
    let reference = logits[state]
    var sums = SIMD16<Float>()
    var v = 0
    #if arch(x86_64) || arch(arm64)
      while v &+ lanes <= size {
        let logits = UnsafeRawPointer(logits + v).loadUnaligned(as: SIMD16<Float>.self)
        let differences = logits - reference
        sums += ExactMath.exp(
          SIMD16(repeating: largestDifference)
            .replacing(with: differences, where: differences .< largestDifference))
        v &+= lanes
      }
    #endif
    while v < size {
      let difference = logits[v] - reference
      let term = ExactMath.exp(difference < largestDifference ? difference : largestDifference)
      sums[v % lanes] += term
      v &+= 1
    }
    let eight = sums.lowHalf + sums.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return ExactMath.log(two.x + two.y)
  }
}
