/// A small seeded generator (Steele, Lea, Flood 2014), so that a failing test can be run again.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// A generator that always gives the same numbers for the same seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number of `range`, all of them as likely where it is short.
  public mutating func draw(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  /// Uniform in [-1, 1).
  public mutating func nextUnit() -> Float {
    Float(Int64(bitPattern: next()) >> 40) / 8_388_608
  }
}
