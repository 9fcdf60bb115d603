/// A seeded stream of random numbers (SplitMix64; Steele, Lea, Flood 2014) whose whole state is one
/// integer.
struct RandomStream {
  private var state: UInt64

  /// A stream that always gives the same numbers for the same seed.
  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    defer { state &+= 0x9e37_79b9_7f4a_7c15 }
    return CounterHash.mix(state)
  }

  /// Uniform in 0..<1, a multiple of 2^-24.
  mutating func nextUnit() -> Float { Float(next() >> 40) / 16_777_216 }

  /// Uniform in 0..<bound, without bias (Lemire 2019).
  ///
  /// - Precondition: `bound` is positive.
  mutating func nextInteger(below bound: Int) -> Int {
    precondition(bound > 0, "no integer is in 0..<\(bound)")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let unfair = (0 &- range) % range
      while product.low < unfair { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Puts `array` in a random order (Fisher and Yates). Unlike `Array.shuffle(using:)` it stays the
  /// same whatever the standard library does.
  mutating func shuffle<Element>(_ array: inout [Element]) {
    for last in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(last, nextInteger(below: last + 1))
    }
  }

  /// A key for one use out of many, such as the dropout mask of a segment at a step.
  static func key(seed: UInt64, _ counters: UInt64...) -> UInt64 {
    // The key is mixed once more before it meets a counter: a seed and an equal counter would
    // otherwise cancel out.
    counters.reduce(CounterHash.mix(seed)) {
      CounterHash.mix(CounterHash.mix($0) ^ CounterHash.mix($1))
    }
  }
}
