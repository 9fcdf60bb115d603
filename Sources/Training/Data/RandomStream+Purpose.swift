extension RandomStream {
  /// What random bits are used for: different uses of one seed have nothing in common.
  enum Purpose: UInt64 {
    case heldOut = 1
    case blockOrder, segmentOrder, unknownInput, dropout, folds
  }

  /// The key of one use, a function of the seed and of where training is, so that nothing has to
  /// be saved to go on where a run stopped.
  static func key(seed: UInt64, _ purpose: Purpose, _ position: Int = 0) -> UInt64 {
    key(seed: seed, purpose.rawValue, UInt64(position))
  }

  /// `elements` in the random order that belongs to a use.
  static func shuffled<Element>(
    _ elements: [Element], seed: UInt64, _ purpose: Purpose, _ position: Int = 0
  ) -> [Element] {
    var stream = RandomStream(seed: key(seed: seed, purpose, position))
    var elements = elements
    stream.shuffle(&elements)
    return elements
  }
}
