import KernelTrace

/// Tells a data set again as the records that a source would have given.
///
/// Records are in order of their time over all sequences. A fork comes before the parent's event
/// that it came before, and its child has no record earlier; a sequence ends with an exit. Its name
/// is told at its start, because a data set knows no other moment. Without times one sequence comes
/// after the other. Memory is bounded by the sequences that are alive at the same time.
public final class TraceReplay {
  /// A record and where in the data set it is.
  public struct Step: Equatable, Sendable {
    /// What happened. States are ids of the source's alphabet.
    public let record: TraceRecord
    /// The sequence it is of; for a fork the parent.
    public let sequence: Int
    /// For an event, its place among all events of the data set.
    public let event: Int?
    /// For a fork, the sequence that it starts.
    public let child: Int?
  }

  private let dataset: TraceDataset
  /// The sequences that were forked from each, in order of the fork.
  private let children: [Int: [Int]]
  private var waiting = ReplayQueue()
  private var cursors: [Int: ReplayCursor] = [:]

  /// Starts at the beginning.
  public init(_ dataset: TraceDataset) {
    self.dataset = dataset
    let table = dataset.sequences
    var children: [Int: [Int]] = [:]
    for sequence in 0..<table.count {
      if let parent = table.parent(of: sequence) {
        children[parent.sequence, default: []].append(sequence)
      } else {
        waiting.push(ReplayQueue.Entry(time: Self.start(of: sequence, dataset), sequence: sequence))
      }
    }
    self.children = children.mapValues { siblings in
      siblings.sorted { a, b in
        let (x, y) = (table.parent(of: a)?.events ?? 0, table.parent(of: b)?.events ?? 0)
        return x == y ? a < b : x < y
      }
    }
  }

  private static func start(of sequence: Int, _ dataset: TraceDataset) -> UInt64 {
    dataset.hasTimes ? dataset.sequences.start(sequence) : 0
  }

  /// The next record, or nil at the end.
  ///
  /// - Throws: `.hdf5` where the file turns out to be damaged.
  public func next() throws(TraceDataError) -> Step? {
    while let entry = waiting.first {
      let sequence = entry.sequence
      let cursor = cursors[sequence] ?? makeCursor(sequence)
      let step = try cursor.take()
      if let time = try cursor.nextTime() {
        waiting.replaceFirst(with: ReplayQueue.Entry(time: time, sequence: sequence))
      } else {
        waiting.removeFirst()
        cursors[sequence] = nil
      }
      if let child = step.child {
        let time = max(entry.time, Self.start(of: child, dataset))
        waiting.push(ReplayQueue.Entry(time: time, sequence: child))
      }
      if let record = step.record {
        return Step(
          record: record, sequence: sequence, event: step.event, child: step.child)
      }
    }
    return nil
  }

  /// The largest number of sequences that have begun and not ended at some record of a replay.
  ///
  /// - Throws: as `next`.
  public static func mostAlive(in dataset: TraceDataset) throws(TraceDataError) -> Int {
    let replay = TraceReplay(dataset)
    var alive: Set<Int> = []
    var most = 0
    while let step = try replay.next() {
      alive.insert(step.sequence)
      if let child = step.child { alive.insert(child) }
      most = max(most, alive.count)
      if case .exit = step.record { alive.remove(step.sequence) }
    }
    return most
  }

  private func makeCursor(_ sequence: Int) -> ReplayCursor {
    let cursor = ReplayCursor(dataset, sequence, children: children[sequence] ?? [])
    cursors[sequence] = cursor
    return cursor
  }
}
