import ModelFormat

/// What a detection channel keeps of a thread: a weighted sum of surprises and the sum of the weights,
/// both exact (`docs/scoring.md`).
public struct ChannelState: Sendable {
  /// Sum of weight times surprise, in units of 2^-24 nats.
  private(set) var sum: UInt64 = 0
  /// Of a window the number of its events, of an `ewma` in units of 2^-19 of an event.
  private(set) var weight: UInt32 = 0
  /// Of a window, where the next surprise goes.
  private var cursor: UInt32 = 0

  /// Of a thread without events.
  public init() {}

  /// The weight of the newest event of an `ewma`.
  static let newestWeight: UInt32 = 1 << 19

  /// The mean so far; 0 nats where there is none.
  public var score: Score { Score(sum: sum, weight: weight) }

  /// Takes the newest surprise.
  ///
  /// - Parameter ring: of a window its surprises, (length); not used by an `ewma`.
  public mutating func add(
    _ surprise: Surprise, to channel: DetectionChannel, ring: UnsafeMutablePointer<UInt32>
  ) {
    let length = UInt32(truncatingIfNeeded: channel.length)
    switch channel.kind {
    case .window: slide(surprise, ring: ring, length: length)
    case .ewma: decay(surprise, timeConstant: length)
    }
  }

  /// Into a window; the oldest of a full one leaves.
  private mutating func slide(
    _ surprise: Surprise, ring: UnsafeMutablePointer<UInt32>, length: UInt32
  ) {
    if weight == length {
      sum -= UInt64(ring[Int(cursor)])
    } else {
      weight += 1
    }
    ring[Int(cursor)] = surprise.units
    sum += UInt64(surprise.units)
    cursor = cursor + 1 == length ? 0 : cursor + 1
  }

  /// Into an `ewma`: all that is there shrinks by one `timeConstant`-th.
  private mutating func decay(_ surprise: Surprise, timeConstant: UInt32) {
    sum = sum - sum / UInt64(timeConstant) + UInt64(Self.newestWeight) * UInt64(surprise.units)
    weight = weight - weight / timeConstant + Self.newestWeight
  }

  /// What an event that is `age` events old, 0 for the newest, weighs in an explanation. Rounded so
  /// that weights and contributions never add up to more than there is.
  static func weight(atAge age: Int, of channel: DetectionChannel) -> UInt32 {
    guard channel.kind == .ewma else { return 1 }
    let timeConstant = UInt32(truncatingIfNeeded: channel.length)
    var weight = newestWeight
    for _ in 0..<age { weight -= (weight + timeConstant - 1) / timeConstant }
    return weight
  }
}
