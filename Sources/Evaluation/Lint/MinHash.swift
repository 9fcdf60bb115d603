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

  /// Groups of signatures in which each resembles another one at least so much, found with a probability
  /// over 0.999 from 0.8 on, and of 0.79 at 0.5: the number of its group for every signature.
  ///
  /// Near copies without end take no longer than others: of what is in one group already, nothing is
  /// compared any more.
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
    // In each bucket, lists of signatures that are in one group.
    var buckets: [UInt64: [[Int]]] = [:]
    for (index, signature) in signatures.enumerated() {
      for key in signature.bandKeys {
        var lists = buckets.removeValue(forKey: key) ?? []
        for list in lists where find(list[0]) != find(index) {
          if list.contains(where: { signatures[$0].resemblance(signature) >= resemblance }) {
            let (x, y) = (find(list[0]), find(index))
            leader[max(x, y)] = min(x, y)
          }
        }
        if let own = lists.firstIndex(where: { find($0[0]) == find(index) }) {
          lists[own].append(index)
        } else {
          lists.append([index])
        }
        buckets[key] = lists
      }
    }
    return signatures.indices.map(find)
  }

  /// Signatures, to be asked which others resemble one of them.
  struct Buckets {
    private let signatures: [MinHash]
    private var buckets: [UInt64: [Int]] = [:]

    init(_ signatures: [MinHash]) {
      self.signatures = signatures
      for (index, signature) in signatures.enumerated() {
        for key in signature.bandKeys { buckets[key, default: []].append(index) }
      }
    }

    /// Whether one of them is found to resemble `other` at least so much, as probably as in `groups`.
    func hold(_ other: MinHash, resembling resemblance: Double) -> Bool {
      var compared: Set<Int> = []
      return other.bandKeys.contains { key in
        (buckets[key] ?? []).contains {
          compared.insert($0).inserted && signatures[$0].resemblance(other) >= resemblance
        }
      }
    }
  }
}
