import Foundation

/// Which sequences do what hardly any other does, though others could.
///
/// A gram, one to three states in a row, is odd where few sequences have it and many would be expected to:
/// k have it, and of the others F would, were its last state independent of its first, given the one
/// between (as for words in Prum, Rodolphe and de Turckheim, Finding Words with Unexpected Frequencies in
/// Deoxyribonucleic Acid Sequences, 1995). It is ln(1 + F) / k odd: k share in it. A sequence is as odd
/// as the oddest of its grams.
///
/// Those that have a gram are left out of what is expected, so that copies do not vouch for each other. The
/// largest counts and not the sum, so that length neither makes odd nor hides. Sequences are
/// counted and not events, so that one that repeats itself does not vouch for itself.
struct Contamination {
  /// A gram of a sequence and how odd it is.
  struct Oddity: Equatable {
    /// The place of its first state in the sequence, from 0; -1 where that is the beginning, which is not
    /// in `states`.
    let event: Int
    let states: [UInt16]
    /// How many sequences have it: k.
    let sequences: Int
    /// How many of the others would be expected to: F.
    let expected: Double
  }

  /// Of each content.
  let scores: [Double]
  private let contents: SequenceContents
  private let counts: GramCounts

  init(_ contents: SequenceContents) {
    let counts = GramCounts(contents)
    var known: [Gram: Double] = [:]
    scores = contents.distinct.map { states in
      var largest = 0.0
      Gram.each(of: states) { gram, _ in
        let score = known[gram] ?? Self.score(gram, counts)
        known[gram] = score
        largest = max(largest, score)
      }
      return largest
    }
    self.contents = contents
    self.counts = counts
  }

  private static func score(_ gram: Gram, _ counts: GramCounts) -> Double {
    log(1 + counts.expected(gram)) / Double(counts[gram])
  }

  /// All contents, the oddest first; of equal ones the first first.
  var contentRanking: [Int] {
    contents.distinct.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
  }

  /// All sequences that have events, in the order of their contents.
  var ranking: [Int] { contentRanking.flatMap { contents.owners[$0] } }

  /// The oddest of a content, at most so many; after the first only what fewer have than would be expected.
  func oddities(of place: Int, count: Int) -> [Oddity] {
    let states = contents.distinct[place]
    var seen: Set<Gram> = []
    var odd: [(score: Double, last: Int, gram: Gram)] = []
    Gram.each(of: states) { gram, last in
      guard seen.insert(gram).inserted else { return }
      let score = Self.score(gram, counts)
      if score > 0 { odd.append((score, last, gram)) }
    }
    let oddities = odd.sorted { ($0.score, $1.last) > ($1.score, $0.last) }.prefix(count)
      .map { _, last, gram in
        let first = last - gram.length + 1
        return Oddity(
          event: first, states: Array(states[max(first, 0)...last]), sequences: counts[gram],
          expected: counts.expected(gram))
      }
    return oddities.prefix(1) + oddities.dropFirst().filter { Double($0.sequences) < $0.expected }
  }
}
