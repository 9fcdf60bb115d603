import ModelFormat

/// Sequence time-delay embedding (Hofmeyr, Forrest and Somayaji, Intrusion Detection using Sequences
/// of System Calls, 1998): an event is a mismatch where it and the ones before it, n together, never
/// occurred in training.
///
/// A mismatch counts as a surprise of 1, so that the mean over a window is the locality frame count of
/// Warrender, Forrest and Pearlmutter (1999) divided by the frame's length.
struct STIDE: SequenceModel {
  let past: Int
  /// The learned sequences as a tree, from the oldest event on; node 0 is the root.
  private var tree = PairTable()

  init(length: Int) { past = length - 1 }

  mutating func learn(_ events: [UInt16], at index: Int) {
    var node: UInt32 = 0
    for event in events[(index - past)...index] {
      // A node that is new gets the next number.
      node = tree.update(node, event, initial: UInt32(tree.count + 1)) { _ in }
    }
  }

  func surprise(_ events: [UInt16], at index: Int) -> Surprise {
    var node: UInt32 = 0
    for event in events[(index - past)...index] {
      guard let next = tree[node, event] else {
        return Surprise(units: UInt32(Surprise.unitsPerNat))
      }
      node = next
    }
    return Surprise(units: 0)
  }

  var byteCount: Int { tree.byteCount }
}
