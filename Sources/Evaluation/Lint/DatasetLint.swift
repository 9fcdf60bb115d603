import ModelFormat
import TraceData

/// What is wrong with a data set before anything is trained on it.
public struct DatasetLint: Encodable, Sendable {
  /// A sequence that does what hardly any other does.
  public struct Suspect: Encodable, Sendable {
    /// Its place in the data set.
    public let sequence: Int
    /// Its process.
    public let pid: UInt32
    /// Its program.
    public let name: String
    /// How many events it has.
    public let events: Int
    /// See `Contamination`.
    public let score: Double
    /// How many sequences are the same, this one included.
    public let copies: Int
    /// The oddest states in a row in it.
    public let oddities: [Oddity]
  }

  /// One to three states in a row that hardly any sequence has.
  public struct Oddity: Encodable, Sendable {
    /// The number of the first of them in the sequence, from 1; 0 where they are odd as its beginning.
    public let event: Int
    /// Their names.
    public let states: [String]
    /// How many sequences have them.
    public let sequences: Int
    /// How many of the others would be expected to, as often as they have parts of them.
    public let expected: Double
  }

  /// How many sequences are copies.
  public struct Copies: Encodable, Sendable {
    /// Sequences that have events.
    public let sequences: Int
    /// Of those, different ones.
    public let distinct: Int
    /// Of the different ones, groups in which each resembles another one at least to 0.9.
    public let groups: Int
  }

  /// How much of another data set is in this one.
  public struct Overlap: Encodable, Sendable {
    /// The other one.
    public let path: String
    /// Its sequences that have events.
    public let sequences: Int
    /// Those of them that are copies of one here.
    public let copies: Int
    /// Those that are no copies but resemble one here at least to 0.9.
    public let nearCopies: Int
    /// Its states that do not occur here.
    public let newStates: Int
  }

  /// What was checked.
  public let path: String
  /// How many sequences it has.
  public let sequences: Int
  /// How many events it has.
  public let events: Int
  /// The worst first.
  public private(set) var findings: [LintFinding]
  /// Copies within the data set.
  public let copies: Copies
  /// Whether new behaviour still appears.
  let coverage: Coverage
  /// Copies across data sets; nil without another one.
  public private(set) var overlap: Overlap?
  /// The oddest sequences, in order.
  public let suspects: [Suspect]

  /// Checks all of a data set.
  ///
  /// - Parameters:
  ///   - other: what is meant to be independent of it, such as the data to evaluate on.
  ///   - order: how many events a sequence of states has, for coverage, 2...
  ///   - share: of all sequences, so many are listed as suspects, in 0...1.
  ///   - top: so many different ones at least are listed, with all their copies, 0...
  /// - Throws: what reading throws.
  public init(
    _ dataset: TraceDataset, against other: TraceDataset? = nil, order: Int = 6,
    share: Double = 0.02, top: Int = 0
  ) throws(TraceDataError) {
    path = dataset.path
    (sequences, events) = (dataset.sequences.count, dataset.eventCount)
    var alphabet = SequenceContents.Alphabet()
    let contents = try SequenceContents(dataset, &alphabet)
    let signatures = contents.distinct.map { MinHash($0) }
    copies = Copies(
      sequences: contents.content.count { $0 != nil }, distinct: contents.distinct.count,
      groups: Set(MinHash.groups(signatures)).count)
    coverage = try Coverage(dataset, contents, length: order)
    let contamination = Contamination(contents)
    let names = Dictionary(
      alphabet.numbers.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    let listed = max(
      Int((Double(copies.sequences) * share).rounded(.up)),
      contamination.contentRanking.prefix(top).reduce(0) { $0 + contents.owners[$1].count })
    suspects = contamination.ranking.prefix(listed).map { sequence in
      Self.suspect(sequence, dataset, contents, contamination, names)
    }
    findings = try SanityChecks(dataset).findings
    findings += Self.labelFindings(dataset, contents) + Self.lossFindings(dataset)
    findings += Self.coverageFindings(coverage)
    if let other {
      let overlap = try Self.overlap(other, contents, signatures, &alphabet)
      self.overlap = overlap
      findings += Self.overlapFindings(overlap)
    }
    let order: [LintFinding.Level] = [.problem, .warning, .note]
    findings = order.flatMap { level in findings.filter { $0.level == level } }
  }

  /// Whether the data contradict themselves.
  public var hasProblems: Bool { findings.contains { $0.level == .problem } }

  private static func suspect(
    _ sequence: Int, _ dataset: TraceDataset, _ contents: SequenceContents,
    _ contamination: Contamination, _ names: [UInt16: String]
  ) -> Suspect {
    let place = contents.content[sequence] ?? 0
    return Suspect(
      sequence: sequence, pid: dataset.sequences.pid(sequence),
      name: dataset.sequences.name(sequence), events: contents.distinct[place].count,
      score: contamination.scores[place], copies: contents.owners[place].count,
      oddities: contamination.oddities(of: place, count: 3).map { oddity in
        Oddity(
          event: oddity.event + 1,
          states: oddity.states.map { names[$0] ?? VocabularyEntry.unknown.name },
          sequences: oddity.sequences, expected: oddity.expected)
      })
  }

  private static func overlap(
    _ other: TraceDataset, _ contents: SequenceContents, _ signatures: [MinHash],
    _ alphabet: inout SequenceContents.Alphabet
  ) throws(TraceDataError) -> Overlap {
    let knownStates = alphabet.numbers.count
    let others = try SequenceContents(other, &alphabet)
    let seen = Set(contents.distinct)
    let fresh = others.distinct.indices.filter { !seen.contains(others.distinct[$0]) }
    let known = MinHash.Buckets(signatures)
    let near = fresh.filter { known.holdNearly(MinHash(others.distinct[$0])) }
    let total = others.owners.reduce(0) { $0 + $1.count }
    return Overlap(
      path: other.path, sequences: total,
      copies: total - fresh.reduce(0) { $0 + others.owners[$1].count },
      nearCopies: near.reduce(0) { $0 + others.owners[$1].count },
      newStates: alphabet.numbers.count - knownStates)
  }
}
