import TraceData

/// Cuts traces into parts that have little to do with each other, and deals them to folds, so that every
/// event can be scored by a network that did not train on it.
///
/// A *cluster* is a sequence with all that was forked from it, so that what one request did stays
/// together. A sequence of more than `blockLength` events, such as a server's main process, is cut
/// into *blocks*, each a cluster of its own; what is forked from one begins a cluster.
public struct FoldPlan: Equatable, Sendable {
  /// Consecutive events of one sequence, in order of the sequences.
  public struct Block: Equatable, Sendable {
    /// Whose they are.
    public let sequence: Int
    /// As a range over all events.
    public let events: Range<Int>
    /// The cluster they belong to.
    public let cluster: Int
    /// The block that their past ends in, and how many of its events are past.
    public let parent: (block: Int, events: Int)?

    /// By all of its parts.
    public static func == (a: Block, b: Block) -> Bool {
      a.sequence == b.sequence && a.events == b.events && a.cluster == b.cluster
        && a.parent?.block == b.parent?.block && a.parent?.events == b.parent?.events
    }
  }

  /// All events, sequences labelled an attack included.
  public private(set) var blocks: [Block] = []
  /// By cluster: its fold.
  public private(set) var folds: [Int] = []
  /// How many folds there are.
  public let count: Int

  /// Events of the longest sequence that is not cut.
  public static let blockLength = 1024

  /// Deals the clusters in an order drawn by the seed, each to the fold with the fewest events. The
  /// blocks of long sequences come first, so that every fold has its share of what they alone do.
  ///
  /// - Parameter count: folds, at least 2.
  public init(of traces: some TrainingTraces, count: Int, seed: UInt64) {
    precondition(count >= 2, "at least two folds")
    self.count = count
    var (sizes, isCut) = ([Int](), [Bool]())
    var firstBlock: [Int] = []
    for sequence in 0..<traces.sequenceCount {
      firstBlock.append(blocks.count)
      let parent = traces.parent(of: sequence).map { parent in
        block(of: parent.sequence, after: parent.events, firstBlock: firstBlock)
      }
      for events in Self.parts(of: traces.events(of: sequence)) {
        let isFirst = blocks.count == firstBlock[sequence]
        let past = isFirst ? parent : (blocks.count - 1, blocks[blocks.count - 1].events.count)
        let isWhole = events == traces.events(of: sequence)
        let cluster = (isWhole ? cluster(of: parent, in: traces) : nil) ?? sizes.count
        if cluster == sizes.count {
          sizes.append(0)
          isCut.append(!isWhole)
        }
        if !traces.isAttack(sequence) { sizes[cluster] += events.count }
        blocks.append(Block(sequence: sequence, events: events, cluster: cluster, parent: past))
      }
    }
    let order = RandomStream.shuffled(Array(sizes.indices), seed: seed, .folds)
    deal(order.filter { isCut[$0] } + order.filter { !isCut[$0] }, sizes)
  }

  /// Even parts of at most `blockLength` events; a sequence without events is one.
  private static func parts(of events: Range<Int>) -> [Range<Int>] {
    let count = max(1, (events.count + blockLength - 1) / blockLength)
    return (0..<count).map { part in
      events.lowerBound + events.count * part / count
        ..< events.lowerBound + events.count * (part + 1) / count
    }
  }

  /// The block of `sequence` that holds its event number `events`, counted from 1.
  private func block(
    of sequence: Int, after events: Int, firstBlock: [Int]
  ) -> (block: Int, events: Int) {
    var (block, rest) = (firstBlock[sequence], events)
    while rest > blocks[block].events.count {
      rest -= blocks[block].events.count
      block += 1
    }
    return (block, rest)
  }

  /// The parent's cluster, unless the parent was cut into blocks.
  private func cluster(
    of parent: (block: Int, events: Int)?, in traces: some TrainingTraces
  ) -> Int? {
    guard let parent else { return nil }
    let block = blocks[parent.block]
    return block.events == traces.events(of: block.sequence) ? block.cluster : nil
  }

  private mutating func deal(_ clusters: [Int], _ sizes: [Int]) {
    folds = [Int](repeating: 0, count: sizes.count)
    var filled = [Int](repeating: 0, count: count)
    for cluster in clusters {
      let fold = filled.indices.min { filled[$0] < filled[$1] } ?? 0
      folds[cluster] = fold
      filled[fold] += sizes[cluster]
    }
  }

  /// The fold of a block.
  public func fold(of block: Int) -> Int { folds[blocks[block].cluster] }
}
