/// Random bits as a function of a key and a counter, with no state: any thread that asks for the
/// same counter gets the same bits.
enum CounterHash {
  /// 64 well-mixed bits (the finalizer of SplitMix64; Steele, Lea, Flood 2014).
  @inline(__always)
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Sixteen times 32 well-mixed bits (the "lowbias32" constants of Wellons' hash prospector).
  @inline(__always)
  static func mix(_ value: SIMD16<UInt32>) -> SIMD16<UInt32> {
    var x = value
    x ^= x &>> 16
    x = x &* SIMD16(repeating: 0x7feb_352d)
    x ^= x &>> 15
    x = x &* SIMD16(repeating: 0x846c_a68b)
    x ^= x &>> 16
    return x
  }
}
