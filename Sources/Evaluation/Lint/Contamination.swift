import Foundation

/// Which sequences do what hardly any other does.
///
/// Three states in a row that fewer than 3 sequences in 1000 have are rare. A sequence's score is the sum
/// over its rare ones of the logarithm of how much rarer each is, times 1 + ln of how many copies of
/// the sequence there are: a rare thing that comes back is more than a coincidence. Counting sequences
/// instead of events keeps one that repeats itself from vouching for itself, and a common program that
/// is like no other from being odd.
struct Contamination {
  /// States in a row.
  static let length = 3
  private static let rareShare = 0.003

  /// States in a row that are rare.
  struct Oddity: Equatable {
    /// The first of its places in the sequence, from 0.
    let event: Int
    let states: [UInt16]
    /// How many sequences have it.
    let sequences: Int
  }

  /// Of each content.
  let scores: [Double]
  private let contents: SequenceContents
  private let counts: [[UInt16]: Int]
  /// What fewer sequences than this have is rare.
  private let bound: Double

  init(_ contents: SequenceContents) {
    var counts: [[UInt16]: Int] = [:]
    for (states, owners) in zip(contents.distinct, contents.owners) {
      for gram in Set(Self.grams(states)) { counts[gram, default: 0] += owners.count }
    }
    let total = contents.owners.reduce(0) { $0 + $1.count }
    // In few sequences, what one alone has is rare.
    let bound = max(2, Double(total) * Self.rareShare)
    scores = zip(contents.distinct, contents.owners).map { states, owners in
      // Summed in order of the grams' rarity, so that equal data give equal bits.
      let sum = Set(Self.grams(states)).map { counts[$0] ?? 0 }.sorted()
        .reduce(0) { $0 + max(0, log(bound / Double($1))) }
      return sum * (1 + log(Double(owners.count)))
    }
    self.contents = contents
    self.counts = counts
    self.bound = bound
  }

  /// A sequence begins after unknown states.
  private static func grams(_ states: [UInt16]) -> [[UInt16]] {
    let padded = [UInt16](repeating: 0, count: length - 1) + states
    return states.indices.map { Array(padded[$0..<($0 + length)]) }
  }

  /// All sequences that have events, the oddest first; of equal ones the first first.
  var ranking: [Int] {
    contents.distinct.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
      .flatMap { contents.owners[$0] }
  }

  /// The rarest of a content, at most so many.
  func oddities(of place: Int, count: Int) -> [Oddity] {
    var seen: Set<[UInt16]> = []
    return Self.grams(contents.distinct[place]).enumerated()
      .compactMap { event, states in
        let sequences = counts[states] ?? 0
        guard Double(sequences) < bound, seen.insert(states).inserted else { return nil }
        return Oddity(event: event, states: states, sequences: sequences)
      }
      .sorted { ($0.sequences, $0.event) < ($1.sequences, $1.event) }.prefix(count).map { $0 }
  }
}
