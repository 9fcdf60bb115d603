/// A short signature of a sequence's shingles, by which sequences that share most of them are found
/// without comparing all pairs (Broder, On the Resemblance and Containment of Documents, 1997).
///
/// A shingle is `shingleLength` states in a row; a sequence shorter than that is one shingle.
struct MinHash {
  /// What resembles another one so much is nearly a copy of it.
  static let nearly = 0.9

  static let shingleLength = 5
  static let functions = 96
  private static let rows = 9
  private static let bands = 10

  /// For each of the hash functions, the least hash of all shingles.
  let minima: InlineArray<6, SIMD16<UInt32>>

  init(_ states: [UInt16]) {
    var minima = [UInt32](repeating: .max, count: Self.functions)
    let length = min(Self.shingleLength, states.count)
    for start in 0...(states.count - length) {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for state in states[start..<(start + length)] {
        hash = (hash ^ UInt64(state)) &* 0x0000_0100_0000_01b3
      }
      for index in minima.indices {
        minima[index] = min(minima[index], Self.mix(hash &+ UInt64(index)))
      }
    }
    self.minima = InlineArray { SIMD16(minima[($0 * 16)..<(($0 + 1) * 16)]) }
  }

  private subscript(function: Int) -> UInt32 { minima[function / 16][function % 16] }

  /// The finalizer of SplitMix64: each input bit changes each output bit half of the time.
  private static func mix(_ value: UInt64) -> UInt32 {
    var z = value &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return UInt32(truncatingIfNeeded: z >> 32)
  }

  /// An estimate of how many of all shingles of both are in both, in 0...1; the standard error is at
  /// most 0.05.
  func resemblance(_ other: MinHash) -> Double {
    var equal = SIMD16<UInt32>()
    for index in minima.indices {
      equal &+= SIMD16().replacing(with: 1, where: minima[index] .== other.minima[index])
    }
    return Double(equal.wrappedSum()) / Double(Self.functions)
  }

  /// What near copies have one of in common: fewer of their minima differ than there are bands.
  var bandKeys: [UInt64] {
    (0..<Self.bands).map { band in
      (0..<Self.rows).reduce(UInt64(band)) {
        ($0 ^ UInt64(self[band * Self.rows + $1])) &* 0x0000_0100_0000_01b3
      }
    }
  }
}
