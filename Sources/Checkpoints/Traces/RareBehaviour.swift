/// Which sequences do what hardly any other does, such as a server's one main process.
///
/// Holding one of them out would take away a behaviour that training sees nowhere else, and then
/// judge the network by it.
struct RareBehaviour {
  /// A state found in fewer sequences than this is rare.
  static let commonFrom = 3

  private static let kept = commonFrom - 1
  private var holderCount: [Int]
  private var holders: [Int]  // the first `kept` of each state
  private var latest: [Int]

  /// - Parameter states: how many there are.
  init(states: Int) {
    holderCount = [Int](repeating: 0, count: states)
    holders = [Int](repeating: 0, count: states * Self.kept)
    latest = [Int](repeating: -1, count: states)
  }

  /// Takes note of some states of a sequence; sequences come in order.
  mutating func see(_ states: ArraySlice<UInt32>, of sequence: Int) {
    for state in states {
      let state = Int(state)
      guard latest[state] != sequence else { continue }
      latest[state] = sequence
      let count = holderCount[state]
      if count < Self.kept { holders[state * Self.kept + count] = sequence }
      holderCount[state] = count + 1
    }
  }

  /// By sequence: whether it has a state that fewer than `commonFrom` sequences have.
  func sequences(of count: Int) -> [Bool] {
    var isRare = [Bool](repeating: false, count: count)
    for (state, count) in holderCount.enumerated() where count < Self.commonFrom {
      for holder in 0..<count { isRare[holders[state * Self.kept + holder]] = true }
    }
    return isRare
  }
}
