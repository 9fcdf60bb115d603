import ModelFormat

/// The cross entropy of one state under unnormalised logits (`docs/scoring.md`, step 2).
struct CrossEntropy {
  /// How many partial sums the sum of exponentials has.
  static let lanes = 16
  /// e^28 is far over the cap of a surprise and far below overflow.
  static let largestDifference: Float = 28

  /// Floats of scratch that `nats` needs for a vocabulary of `size`.
  static func scratchCount(vocabularySize size: Int) -> Int { roundedUp(size) + lanes }

  private static func roundedUp(_ size: Int) -> Int { (size + lanes - 1) / lanes * lanes }

  /// -ln softmax(logits)[state], at least 0.
  ///
  /// - Parameters:
  ///   - logits: (V)
  ///   - scratch: `scratchCount` floats.
  static func nats(
    of state: Int, logits: UnsafePointer<Float>, vocabularySize size: Int,
    scratch: UnsafeMutablePointer<Float>
  ) -> Float {
    let reference = logits[state]
    for v in 0..<size {
      let difference = logits[v] - reference
      scratch[v] = ExactMath.exp(difference < largestDifference ? difference : largestDifference)
    }
    let padded = roundedUp(size)
    for v in size..<padded { scratch[v] = 0 }
    let sums = scratch + padded
    for lane in 0..<lanes { sums[lane] = 0 }
    var v = 0
    while v < padded {
      for lane in 0..<lanes { sums[lane] = sums[lane] + scratch[v &+ lane] }
      v &+= lanes
    }
    var half = lanes / 2
    while half > 0 {
      for lane in 0..<half { sums[lane] = sums[lane] + sums[lane &+ half] }
      half /= 2
    }
    return ExactMath.log(sums[0])
  }
}
