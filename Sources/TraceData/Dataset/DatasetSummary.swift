/// What is in a data set, in numbers.
public struct DatasetSummary: Codable, Equatable, Sendable {
  /// How often something is.
  public struct Count: Codable, Equatable, Sendable {
    /// What it is called.
    public let name: String
    /// How often it is there.
    public let count: Int
  }

  /// Intervals of one name.
  public struct IntervalCount: Codable, Equatable, Sendable {
    /// What they are called.
    public let name: String
    /// How many there are.
    public let count: Int
    /// How long they are together.
    public let seconds: Double
  }

  /// Where the traces come from.
  public let source: String
  /// Tool and version that made the file.
  public let createdBy: String
  /// How many events there are.
  public let events: Int
  /// How many sequences there are.
  public let sequences: Int
  /// How many of them continue a parent.
  public let forkedSequences: Int
  /// How many states there are, the unknown one included.
  public let states: Int
  /// Events a sequence: the smallest, the quartiles, the 99th percentile, the largest.
  public let lengthQuantiles: [Count]
  /// Sequences by label.
  public let labels: [Count]
  /// Intervals by name, in order of their names.
  public let intervals: [IntervalCount]
  /// How long was recorded; nil without times.
  public let seconds: Double?
  /// How many recordings it was made of; 0 where it does not say.
  public let recordings: Int
  /// How many records their sources lost.
  public let lostRecords: UInt64
  /// The most frequent states, and how many events have them.
  public let mostFrequent: [Count]

  /// Counts all events of a data set.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public init(_ dataset: TraceDataset) throws(TraceDataError) {
    source = dataset.source
    createdBy = dataset.createdBy
    events = dataset.eventCount
    sequences = dataset.sequences.count
    forkedSequences = (0..<sequences).count { dataset.sequences.parent(of: $0) != nil }
    states = dataset.vocabulary.count
    lengthQuantiles = Self.quantiles(
      (0..<sequences).map { dataset.sequences.events(of: $0).count }.sorted())
    labels = Self.labels(dataset.sequences)
    intervals = Self.intervals(dataset.intervals)
    seconds = try dataset.recordedTime().map { Double($0) / 1e9 }
    recordings = dataset.recordings.count
    lostRecords = dataset.lostRecords
    mostFrequent = try Self.mostFrequent(dataset)
  }

  private static func quantiles(_ sorted: [Int]) -> [Count] {
    guard !sorted.isEmpty else { return [] }
    let places: [(String, Double)] = [
      ("smallest", 0), ("25%", 0.25), ("median", 0.5), ("75%", 0.75), ("99%", 0.99), ("largest", 1),
    ]
    return places.map { name, fraction in
      Count(name: name, count: sorted[Int((Double(sorted.count - 1) * fraction).rounded())])
    }
  }

  private static func labels(_ table: SequenceTable) -> [Count] {
    let labels: [(String, TraceLabel)] = [
      ("normal", .normal), ("attack", .attack), ("not labelled", .unlabelled),
    ]
    return labels.map { name, label in
      Count(name: name, count: (0..<table.count).count { table.label($0) == label })
    }
  }

  private static func intervals(_ intervals: [LabelledInterval]) -> [IntervalCount] {
    Dictionary(grouping: intervals, by: \.name).sorted { $0.key < $1.key }.map { name, group in
      IntervalCount(
        name: name, count: group.count,
        seconds: group.reduce(0) { $0 + Double($1.end - $1.start) } / 1e9)
    }
  }

  private static func mostFrequent(_ dataset: TraceDataset) throws(TraceDataError) -> [Count] {
    var counts = [Int](repeating: 0, count: dataset.vocabulary.count)
    try dataset.forEachBlock(of: 0..<dataset.eventCount) { _, states in
      for state in states { counts[Int(state)] += 1 }
    }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted {
      counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1]
    }
    return order.prefix(10).map { Count(name: dataset.vocabulary[$0].name, count: counts[$0]) }
  }
}
