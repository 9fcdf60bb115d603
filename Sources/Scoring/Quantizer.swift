/// Rounds numbers to multiples of a step, -127...127 of them (`docs/scoring.md`).
///
/// Both comparisons are false for what is not a number, which so becomes 127 on every CPU.
struct Quantizer {
  private let inverse: Float

  @inline(__always)
  init(step: Float) { inverse = 1 / step }

  /// One number.
  @inline(__always)
  func callAsFunction(_ value: Float) -> Int8 {
    var units = value * inverse
    units = units < 127 ? units : 127
    units = units > -127 ? units : -127
    // The bias has zeros in its last eight bits, so that they are the rounded number.
    return Int8(truncatingIfNeeded: (units + ExactMath.roundingBias).bitPattern)
  }

  /// Eight numbers side by side.
  @inline(__always)
  func callAsFunction(_ values: Lanes) -> SIMD8<Int8> {
    let units = (values * inverse).limited(above: 127).limited(below: -127)
    let bytes = unsafeBitCast(units + ExactMath.roundingBias, to: SIMD32<Int8>.self)
    return SIMD8<Int8>(
      bytes[0], bytes[4], bytes[8], bytes[12], bytes[16], bytes[20], bytes[24], bytes[28])
  }

  /// `count` numbers.
  @inline(__always)
  func callAsFunction(
    _ values: UnsafePointer<Float>, count: Int, into integers: UnsafeMutablePointer<Int8>
  ) {
    forEach(of: count) {
      self(Lanes(at: values + $0)).store(to: integers + $0)
    } single: {
      integers[$0] = self(values[$0])
    }
  }
}

extension SIMD8<Int8> {
  /// Writes the eight numbers to `start` and behind it.
  @inline(__always)
  func store(to start: UnsafeMutablePointer<Int8>) {
    UnsafeMutableRawPointer(start).storeBytes(of: self, as: Self.self)
  }
}
