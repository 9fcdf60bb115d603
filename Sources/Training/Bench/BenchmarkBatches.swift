import ModelFormat

/// Made-up batches with something to learn in them: walks over the states that mostly go on by 1, 2
/// or 3 and jump once in eight events. `Tests/Benchmarks/walks.py` makes the same.
enum BenchmarkBatches {
  /// Different batches; training goes round and round through them.
  static let count = 8

  private static let seed: UInt64 = 20

  /// All batches of a network.
  static func make(_ network: ReferenceNetwork, _ architecture: Architecture) -> [[Segment]] {
    let (segments, targets) = network.batch
    // A window needs all its inputs; a tcn starts from nothing.
    let context = network == .windowCNN ? architecture.receptiveField - 1 : 0
    let length = context + targets + 1
    return (0..<count).map { batch in
      (0..<segments).map { segment in
        let states = walk(
          from: (batch * segments + segment) * length, length: length,
          vocabularySize: architecture.vocabularySize)
        return Segment(
          inputs: Array(states.dropLast()), targets: Array(states.suffix(targets)))
      }
    }
  }

  /// States 1 to V - 1; `counter` is the number of the first state among all that are drawn.
  private static func walk(
    from counter: Int, length: Int, vocabularySize: Int
  ) -> [UInt16] {
    let known = UInt64(vocabularySize - 1)
    var place: UInt64 = 0
    return (0..<length).map { index in
      let bits = CounterHash.mix(seed &+ UInt64(counter + index))
      let jumps = index == 0 || bits & 7 == 0
      place = (place + (jumps ? (bits >> 8) % known : 1 + (bits >> 8) % 3)) % known
      return UInt16(1 + place)
    }
  }
}
