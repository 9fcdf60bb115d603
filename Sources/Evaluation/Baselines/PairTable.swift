/// A hash table from (node, symbol) to a number: open addressing, linear probing, no removal.
struct PairTable {
  private var keys: [UInt64]
  private var values: [UInt32]
  private(set) var count = 0

  /// No node is so large.
  private static let vacant = UInt64.max

  init() {
    keys = [UInt64](repeating: Self.vacant, count: 64)
    values = [UInt32](repeating: 0, count: 64)
  }

  private static func key(_ node: UInt32, _ symbol: UInt16) -> UInt64 {
    UInt64(node) << 16 | UInt64(symbol)
  }

  /// Where the key is, or where it would go.
  private func place(of key: UInt64) -> Int {
    // Fibonacci hashing: the high bits of the product depend on all bits of the key.
    let shift = UInt64(keys.count.leadingZeroBitCount + 1)
    var place = Int((key &* 0x9e37_79b9_7f4a_7c15) >> shift)
    while keys[place] != key, keys[place] != Self.vacant { place = (place + 1) & (keys.count - 1) }
    return place
  }

  /// The number of a pair; nil where it was never set.
  subscript(node: UInt32, symbol: UInt16) -> UInt32? {
    let key = Self.key(node, symbol)
    let place = place(of: key)
    return keys[place] == key ? values[place] : nil
  }

  /// Changes the number of a pair, which starts at `initial`.
  ///
  /// - Returns: the number after the change.
  mutating func update(
    _ node: UInt32, _ symbol: UInt16, initial: UInt32, _ change: (inout UInt32) -> Void
  ) -> UInt32 {
    if 3 * count >= 2 * keys.count { grow() }
    let key = Self.key(node, symbol)
    let place = place(of: key)
    if keys[place] != key {
      keys[place] = key
      values[place] = initial
      count += 1
    }
    change(&values[place])
    return values[place]
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: Self.vacant, count: 2 * oldKeys.count)
    values = [UInt32](repeating: 0, count: keys.count)
    for (key, value) in zip(oldKeys, oldValues) where key != Self.vacant {
      let place = place(of: key)
      (keys[place], values[place]) = (key, value)
    }
  }

  /// Of the entries in use: a key of 6 bytes and a number of 4.
  var byteCount: Int { 10 * count }
}
