/// The cross entropy of one row, -ln softmax(row)[target], without the logarithm taken.
struct RowLoss {
  /// Sum over the row of e^(logit - largest), at least 1; NaN where a logit is.
  let sum: Float
  /// The largest logit less the target's.
  let rest: Double

  /// Of a target that is not asked for.
  static let none = RowLoss(sum: 1, rest: 0)

  /// ln(sum) + rest.
  var nats: Double { VectorMath.log(Double(sum)) + rest }
}

/// Adds up the losses of many rows with one logarithm for every 32 of them, that of the product of
/// their sums: each is 2^13 at most, the vocabulary's limit, so the product is far below overflow.
struct LossSum {
  private var settled = 0.0
  private var product = 1.0
  private var factors = 0

  mutating func add(_ loss: RowLoss) {
    settled += loss.rest
    product *= Double(loss.sum)
    factors += 1
    if factors == 32 { settle() }
  }

  private mutating func settle() {
    settled += VectorMath.log(product)
    (product, factors) = (1, 0)
  }

  /// All losses so far, in nats.
  var nats: Double { settled + VectorMath.log(product) }
}
