import ModelFormat

/// The last N surprises and their exact sum, over a ring in the thread's slot.
struct RollingWindow {
  /// Sum of the surprises in the ring, in units of 2^-24 nats.
  private(set) var sum: UInt64 = 0
  /// How many surprises are in the ring, 0...N.
  private(set) var count: UInt32 = 0
  private var cursor: UInt32 = 0

  /// Adds the newest surprise; the oldest of a full ring leaves.
  mutating func add(_ surprise: Surprise, ring: UnsafeMutablePointer<UInt32>, length: UInt32) {
    if count == length {
      sum -= UInt64(ring[Int(cursor)])
    } else {
      count += 1
    }
    ring[Int(cursor)] = surprise.units
    sum += UInt64(surprise.units)
    cursor = cursor + 1 == length ? 0 : cursor + 1
  }

  /// The surprise of the `index`-th oldest event in the ring.
  func surprise(at index: Int, ring: UnsafePointer<UInt32>, length: UInt32) -> Surprise {
    let oldest = count == length ? Int(cursor) : 0
    let position = oldest + index
    return Surprise(units: ring[position < Int(length) ? position : position - Int(length)])
  }

  /// The mean so far; 0 nats where there is none.
  var score: Score { Score(sum: sum, count: count) }
}

extension Surprise {
  /// e^-nats in millionths, rounded down.
  public var probabilityInMillionths: UInt64 { UInt64(1_000_000 * ExactMath.exp(-nats)) }
}

/// A mean of surprises, kept as the fraction that it is.
public struct Score: Equatable, Sendable {
  /// Sum of the surprises, in units of 2^-24 nats.
  public let sum: UInt64
  /// Over how many events.
  public let count: UInt32

  /// Whether the mean is over `threshold`, exactly.
  public func isOver(_ threshold: Surprise) -> Bool {
    sum > UInt64(threshold.units) * UInt64(count)
  }

  /// Whether the mean is larger than another one, exactly.
  public func isLarger(than other: Score) -> Bool {
    sum * UInt64(other.count) > other.sum * UInt64(count) || (other.count == 0 && sum > 0)
  }

  /// The mean of `count` surprises that add up to `sum`.
  public init(sum: UInt64, count: UInt32) {
    self.sum = sum
    self.count = count
  }

  /// In nats; 0 over no event.
  public var nats: Float {
    count == 0 ? 0 : Float(sum) / (Float(count) * Surprise.unitsPerNat)
  }

  /// In millionths of a nat, rounded down: exact, so that it prints the same everywhere.
  public var micronats: UInt64 { count == 0 ? 0 : (sum * 1_000_000 / UInt64(count)) >> 24 }

  /// The least threshold, in units of 2^-24 nats, that this score is not over.
  public var unitsRoundedUp: UInt64 {
    count == 0 ? 0 : (sum + UInt64(count) - 1) / UInt64(count)
  }
}
