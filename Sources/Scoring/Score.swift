import ModelFormat

/// A weighted mean of surprises, kept as the fraction that it is.
public struct Score: Equatable, Sendable {
  /// Sum of weight times surprise, in units of 2^-24 nats; below 2^60.
  public let sum: UInt64
  /// Sum of the weights: of a window the number of its events, of an `ewma` in units of 2^-19 of an
  /// event.
  public let weight: UInt32

  /// A mean of surprises whose weighted sum is `sum` and whose weights add up to `weight`.
  public init(sum: UInt64, weight: UInt32) {
    self.sum = sum
    self.weight = weight
  }

  /// Whether the mean is over `threshold`, exactly.
  public func isOver(_ threshold: Surprise) -> Bool {
    sum > UInt64(threshold.units) * UInt64(weight)
  }

  /// Whether the mean is larger than another one, exactly.
  public func isLarger(than other: Score) -> Bool {
    guard weight > 0, other.weight > 0 else { return other.weight == 0 && sum > 0 }
    let (mine, others) = (wholeUnits, other.wholeUnits)
    guard mine.quotient == others.quotient else { return mine.quotient > others.quotient }
    return mine.remainder * UInt64(other.weight) > others.remainder * UInt64(weight)
  }

  /// The mean in units of 2^-24 nats, and what is left of the sum; the weight is not 0.
  private var wholeUnits: (quotient: UInt64, remainder: UInt64) {
    sum.quotientAndRemainder(dividingBy: UInt64(weight))
  }

  /// In nats; 0 over no event.
  public var nats: Float {
    weight == 0 ? 0 : Float(sum) / (Float(weight) * Surprise.unitsPerNat)
  }

  /// In millionths of a nat, rounded down: exact, so that it prints the same everywhere.
  public var micronats: UInt64 {
    guard weight > 0 else { return 0 }
    // In two steps, because a million times the sum of an `ewma` does not fit 64 bits.
    let (quotient, remainder) = wholeUnits
    return (quotient * 1_000_000 + remainder * 1_000_000 / UInt64(weight)) >> 24
  }

  /// The least threshold, in units of 2^-24 nats, that this score is not over.
  public var unitsRoundedUp: UInt64 {
    weight == 0 ? 0 : (sum + UInt64(weight) - 1) / UInt64(weight)
  }
}

extension Surprise {
  /// e^-nats in millionths, rounded down.
  public var probabilityInMillionths: UInt64 { UInt64(1_000_000 * ExactMath.exp(-nats)) }
}
