import Checkpoints
import TraceData

/// Cuts traces into parts that have little to do with each other, and deals them to folds, so that every
/// event can be scored by a network that did not train on it.
///
/// A *cluster* is a sequence with all that was forked from it, so that what one request did stays
/// together. Where that is too much, as under a server's main process, the sequence is a cluster by
/// itself and its children begin theirs; a long one is cut into *blocks*, each a cluster.
public struct FoldPlan: Equatable, Sendable {
  /// Consecutive events of one sequence, in order of the sequences.
  public struct Block: Equatable, Sendable {
    /// Whose they are.
    public let sequence: Int
    /// As a range over all events.
    public let events: Range<Int>
    /// The cluster they belong to.
    public let cluster: Int
    /// The block that their past ends in, as the sequence that it is to `FoldTraces`, and how many of its
    /// events are past.
    let parent: SequenceParent?
  }

  /// All events, sequences labelled an attack included.
  public private(set) var blocks: [Block] = []
  /// By cluster: its fold.
  public private(set) var folds: [Int] = []
  private let count: Int

  /// Events of the longest sequence that is not cut: 1024, or a twentieth of a fold of small data; and a
  /// fourth of what a cluster of several sequences has at most.
  let blockLength: Int

  /// Deals the clusters in an order drawn by the seed, each to the fold with the fewest events. The
  /// blocks of long sequences come first, so that every fold has its share of what they alone do.
  ///
  /// - Parameter count: folds, at least 2.
  public init(of traces: some TrainingTraces, count: Int, seed: UInt64) {
    precondition(count >= 2, "at least two folds")
    self.count = count
    blockLength = max(16, min(1024, traces.eventCount / (20 * count)))
    let families = Self.familySizes(of: traces)
    var (sizes, isCut, takesChildren) = ([Int](), [Bool](), [Bool]())
    var firstBlock: [Int] = []
    for sequence in 0..<traces.sequenceCount {
      firstBlock.append(blocks.count)
      let parent = traces.parent(of: sequence).map { parent in
        block(of: parent.sequence, after: parent.events, firstBlock: firstBlock)
      }
      let parents = parent.map { blocks[$0.sequence].cluster }.flatMap {
        takesChildren[$0] ? $0 : nil
      }
      let parts = parts(of: traces.events(of: sequence))
      for events in parts {
        let isFirst = blocks.count == firstBlock[sequence]
        let past =
          isFirst
          ? parent
          : SequenceParent(
            sequence: blocks.count - 1, events: blocks[blocks.count - 1].events.count)
        let cluster = parents ?? sizes.count
        if cluster == sizes.count {
          sizes.append(0)
          isCut.append(parts.count > 1)
          takesChildren.append(families[sequence] <= 4 * blockLength)
        }
        if !traces.isAttack(sequence) { sizes[cluster] += events.count }
        blocks.append(Block(sequence: sequence, events: events, cluster: cluster, parent: past))
      }
    }
    let order = RandomStream.shuffled(Array(sizes.indices), seed: seed, .folds)
    deal(order.filter { isCut[$0] } + order.filter { !isCut[$0] }, sizes)
  }

  /// By sequence: its events and those of all that was forked from it.
  private static func familySizes(of traces: some TrainingTraces) -> [Int] {
    var sizes = (0..<traces.sequenceCount).map { traces.events(of: $0).count }
    for sequence in sizes.indices.reversed() {
      if let parent = traces.parent(of: sequence) { sizes[parent.sequence] += sizes[sequence] }
    }
    return sizes
  }

  /// Even parts of at most `blockLength` events; a sequence without events is one.
  private func parts(of events: Range<Int>) -> [Range<Int>] {
    let count = max(1, (events.count + blockLength - 1) / blockLength)
    let ends = (0...count).map { events.lowerBound + events.count * $0 / count }
    return zip(ends, ends.dropFirst()).map { $0..<$1 }
  }

  /// The block of `sequence`, which is not the latest, that holds its event number `events`, counted from
  /// 1; for 0 the first one.
  private func block(
    of sequence: Int, after events: Int, firstBlock: [Int]
  ) -> SequenceParent {
    let first = firstBlock[sequence]
    let end = blocks[first].events.lowerBound + events
    // A long sequence may have a great many blocks and children.
    var (block, beyond) = (first, firstBlock[sequence + 1])
    while beyond - block > 1 {
      let middle = (block + beyond) / 2
      if blocks[middle].events.lowerBound < end { block = middle } else { beyond = middle }
    }
    return SequenceParent(sequence: block, events: end - blocks[block].events.lowerBound)
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
