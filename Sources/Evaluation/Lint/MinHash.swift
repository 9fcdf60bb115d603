/// A short signature of a sequence's shingles, by which sequences that share most of them are found
/// without comparing all pairs (Broder, On the Resemblance and Containment of Documents, 1997).
///
/// A shingle is `shingleLength` states in a row; a sequence shorter than that is one shingle.
struct MinHash {
  static let shingleLength = 5
  private static let rows = 4
  private static let bands = 24

  /// For each of the hash functions, the least hash of all shingles.
  private let minima: [UInt32]

  init(_ states: [UInt16]) {
    var minima = [UInt32](repeating: .max, count: Self.rows * Self.bands)
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
    self.minima = minima
  }

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
    Double(zip(minima, other.minima).count { $0 == $1 }) / Double(minima.count)
  }

  /// What sequences that resemble each other are likely to have one of in common.
  var bandKeys: [UInt64] {
    (0..<Self.bands).map { band in
      minima[(band * Self.rows)..<((band + 1) * Self.rows)]
        .reduce(UInt64(band)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
  }

  /// The pairs of signatures that resemble each other at least so much, found with a probability over
  /// 0.999 from 0.8 on, and of 0.79 at 0.5.
  static func pairs(_ signatures: [MinHash], atLeast resemblance: Double) -> [(Int, Int)] {
    var buckets: [UInt64: [Int]] = [:]
    var pairs: [(Int, Int)] = []
    for (index, signature) in signatures.enumerated() {
      var compared: Set<Int> = []
      for key in signature.bandKeys {
        for other in buckets[key] ?? [] where compared.insert(other).inserted {
          if signatures[other].resemblance(signature) >= resemblance {
            pairs.append((other, index))
          }
        }
        buckets[key, default: []].append(index)
      }
    }
    return pairs
  }

  /// Groups of signatures in which each resembles another one at least so much: the number of its group
  /// for every signature.
  static func groups(_ signatures: [MinHash], atLeast resemblance: Double) -> [Int] {
    var leader = Array(signatures.indices)
    func find(_ index: Int) -> Int {
      var index = index
      while leader[index] != index {
        leader[index] = leader[leader[index]]
        index = leader[index]
      }
      return index
    }
    for (a, b) in pairs(signatures, atLeast: resemblance) {
      let (x, y) = (find(a), find(b))
      leader[max(x, y)] = min(x, y)
    }
    return signatures.indices.map(find)
  }
}
