extension MinHash {
  /// A signature is compared with at most so many others that have a key in common with it: of so many
  /// different sequences all near copies are found, of more that all resemble each other some may not be.
  static let mostCompared = 2048

  /// How many of the minima of near copies may differ.
  private static let mostDifferent = Int(Double(functions) * (1 - nearly))

  /// Groups of signatures in which each is nearly a copy of another one: the number of its group for every
  /// signature.
  static func groups(_ signatures: [MinHash]) -> [Int] {
    var grouping = Grouping(signatures)
    for signature in signatures { grouping.add(keys: signature.bandKeys) }
    return signatures.indices.map { grouping.group(of: $0) }
  }

  /// The groups of the signatures so far.
  ///
  /// Near copies without end take no longer than others: of what is in one group already, nothing is
  /// compared any more.
  struct Grouping {
    private let mostCompared: Int
    /// Six a signature: what is compared is not copied before.
    private let minima: [SIMD16<UInt32>]
    /// Of each signature one of the same group, a lower one, or itself.
    private var leaders: [Int]
    /// Of each the latest that it was compared with, for two may have several keys in common.
    private var compared: [Int]
    /// In each bucket, lists of signatures that are in one group.
    private var buckets: [UInt64: [[Int]]] = [:]
    private var count = 0
    /// How often two were compared.
    private(set) var comparisons = 0

    init(_ signatures: [MinHash], mostCompared: Int = MinHash.mostCompared) {
      self.mostCompared = mostCompared
      minima = signatures.flatMap { signature in
        signature.minima.indices.map { signature.minima[$0] }
      }
      leaders = Array(signatures.indices)
      compared = [Int](repeating: -1, count: signatures.count)
    }

    mutating func group(of index: Int) -> Int {
      var index = index
      while leaders[index] != index {
        leaders[index] = leaders[leaders[index]]
        index = leaders[index]
      }
      return index
    }

    /// Takes the next signature.
    mutating func add(keys: [UInt64]) {
      let end = comparisons + mostCompared
      // What few have says more.
      for (_, key) in keys.map({ (buckets[$0]?.count ?? 0, $0) }).sorted(by: <) {
        var lists = buckets.removeValue(forKey: key) ?? []
        join(count, &lists, until: end)
        buckets[key] = lists
      }
      count += 1
    }

    /// Joins a signature's group with those of near copies in its bucket, the latest first, and puts it
    /// there; what is in its group becomes one list.
    private mutating func join(_ index: Int, _ lists: inout [[Int]], until end: Int) {
      var own: Int?
      var ownGroup = group(of: index)
      for place in lists.indices.reversed() {
        let other = group(of: lists[place][0])
        if other != ownGroup {
          if comparisons == end { break }
          guard hasNearCopy(of: index, in: lists[place], until: end) else { continue }
          leaders[max(other, ownGroup)] = min(other, ownGroup)
          ownGroup = min(other, ownGroup)
        }
        if let own {
          if lists[own].count > lists[place].count { lists.swapAt(own, place) }
          lists[place] += lists[own]
          lists.swapAt(own, lists.count - 1)
          lists.removeLast()
        }
        own = place
      }
      if let own { lists[own].append(index) } else { lists.append([index]) }
    }

    private mutating func hasNearCopy(of index: Int, in list: [Int], until end: Int) -> Bool {
      for other in list.reversed() where compared[other] != index {
        if comparisons == end { return false }
        comparisons += 1
        compared[other] = index
        if isNearCopy(other, of: index) { return true }
      }
      return false
    }

    /// Whether the one resembles the other as much as `nearly`.
    private func isNearCopy(_ a: Int, of b: Int) -> Bool {
      var different = 0
      for place in 0..<6 {
        let isDifferent = minima[6 * a + place] .!= minima[6 * b + place]
        different += Int(SIMD16<UInt32>().replacing(with: 1, where: isDifferent).wrappedSum())
        if different > MinHash.mostDifferent { return false }
      }
      return true
    }
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

    /// Whether `other` is nearly a copy of one of them.
    func holdNearly(_ other: MinHash) -> Bool {
      var compared: Set<Int> = []
      // What few have says more.
      return other.bandKeys.compactMap { buckets[$0] }.sorted { $0.count < $1.count }.contains {
        $0.contains {
          compared.count < mostCompared && compared.insert($0).inserted
            && signatures[$0].resemblance(other) >= nearly
        }
      }
    }
  }
}
