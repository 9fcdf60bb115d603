/// Up to three states in a row, of which the first may be the beginning of a sequence.
struct Gram: Hashable {
  /// 17 bits for each state, the last one lowest: its number plus 1, 0 for the beginning; above them how
  /// many there are.
  private let bits: UInt64
  private static let width: UInt64 = 17
  private static let longest: UInt64 = 3

  private init(_ length: UInt64, _ symbols: UInt64) {
    bits = length << (Self.width * Self.longest) | symbols
  }

  /// Of no state: every sequence has it.
  static let empty = Gram(0, 0)
  /// Of the beginning alone: every sequence has it.
  static let beginning = Gram(1, 0)

  /// How many states, the beginning included.
  var length: Int { Int(bits >> (Self.width * Self.longest)) }

  private var symbols: UInt64 { bits & (1 << (Self.width * Self.longest) - 1) }

  /// All but the last; of a gram that is not empty.
  var prefix: Gram { Gram(UInt64(length - 1), symbols >> Self.width) }

  /// All but the first; of a gram that is not empty.
  var suffix: Gram {
    let rest = UInt64(length - 1)
    return Gram(rest, symbols & (1 << (Self.width * rest) - 1))
  }

  /// Calls with each gram of a sequence and the place of its last state, in the order of those places, at
  /// one place the shortest first.
  static func each(of states: [UInt16], _ body: (Gram, Int) -> Void) {
    var symbols: UInt64 = 0
    for (place, state) in states.enumerated() {
      symbols = symbols << width | (UInt64(state) + 1)
      for length in 1...min(longest, UInt64(place) + 2) {
        body(Gram(length, symbols & (1 << (width * length) - 1)), place)
      }
    }
  }
}

/// How many sequences have each gram.
struct GramCounts {
  private let counts: [Gram: Int]
  /// On average a state is in so many: what is expected of one of which nothing is known.
  private let meanOfState: Double

  init(_ contents: SequenceContents) {
    var counts: [Gram: Int] = [:]
    let total = contents.owners.reduce(0) { $0 + $1.count }
    for (states, owners) in zip(contents.distinct, contents.owners) {
      var own: Set<Gram> = []
      Gram.each(of: states) { gram, _ in
        if own.insert(gram).inserted { counts[gram, default: 0] += owners.count }
      }
    }
    let states = counts.filter { $0.key.length == 1 }
    meanOfState = Double(states.values.reduce(0, +)) / Double(max(states.count, 1))
    counts[.empty] = total
    counts[.beginning] = total
    self.counts = counts
  }

  /// How many sequences have it; 0 where none has.
  subscript(gram: Gram) -> Int { counts[gram] ?? 0 }

  /// How many of the sequences that have not all of a gram, of 1... states, would be expected to: those
  /// with its beginning times the share of those with its middle that go on as it does.
  func expected(_ gram: Gram) -> Double {
    guard gram.length > 1 else { return meanOfState }
    let own = self[gram]
    let middle = self[gram.suffix.prefix] - own
    guard middle > 0 else { return 0 }
    return Double(self[gram.prefix] - own) * Double(self[gram.suffix] - own) / Double(middle)
  }
}
