import ModelFormat

/// The cross entropy of one state under unnormalised logits (`docs/scoring.md`, step 2).
struct CrossEntropy {
  /// How many partial sums the sum of exponentials has.
  static let lanes = 16
  /// e^28 is far over the cap of a surprise and far below overflow.
  static let largestDifference: Float = 28

  /// Floats of scratch that `nats` needs for a vocabulary of `size`.
  static func scratchCount(vocabularySize size: Int) -> Int { (size + lanes - 1) / lanes * lanes }

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
    let padded = scratchCount(vocabularySize: size)
    for v in size..<padded { scratch[v] = 0 }
    var sums = SIMD16<Float>()
    var v = 0
    while v < padded {
      var terms = SIMD16<Float>()
      for lane in 0..<lanes { terms[lane] = scratch[v &+ lane] }
      sums += terms
      v &+= lanes
    }
    let eight = sums.lowHalf + sums.highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return ExactMath.log(two.x + two.y)
  }
}
