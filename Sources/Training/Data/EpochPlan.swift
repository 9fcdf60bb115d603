/// The order in which segments train, epoch by epoch: a pure function of the seed.
///
/// Segments that follow each other in the file form **blocks** of about 65,536 events. An epoch
/// shuffles the blocks and takes them in **groups** of 64, about four million events, which is what
/// has to be in memory at a time; within a group the segments are shuffled and dealt to batches. A
/// data set of up to 64 blocks is one group, and shuffled as a whole.
struct EpochPlan {
  /// Training segments in the order of the file.
  let segments: [SegmentReference]
  /// Ranges of `segments`.
  let blocks: [Range<Int>]

  private let blockTargets: [Int]
  private let batchTokens: Int
  private let seed: UInt64
  private let blocksPerGroup: Int

  /// - Parameters:
  ///   - segments: in the order of the file.
  ///   - batchTokens: targets a batch, at least as many as the longest segment has.
  init(
    segments: [SegmentReference], batchTokens: Int, seed: UInt64,
    blockLength: Int, blocksPerGroup: Int
  ) {
    self.segments = segments
    self.batchTokens = batchTokens
    self.seed = seed
    self.blocksPerGroup = blocksPerGroup
    blocks = Self.blocks(of: segments, length: blockLength)
    blockTargets = blocks.map { segments[$0].reduce(0) { $0 + Int($1.count) } }
  }

  /// The groups of `epoch` in their order: the indices of their segments, and how many batches they
  /// make.
  func groups(ofEpoch epoch: Int) -> [Group] {
    let order = RandomStream.shuffled(Array(blocks.indices), seed: seed, .blockOrder, epoch)
    return stride(from: 0, to: order.count, by: blocksPerGroup).map { first in
      let members = order[first..<min(first + blocksPerGroup, order.count)].sorted()
      let targets = members.reduce(0) { $0 + blockTargets[$1] }
      return Group(blocks: members, targets: targets, batches: max(1, targets / batchTokens))
    }
  }

  /// Blocks that are read together.
  struct Group: Equatable {
    /// In the order of the file.
    var blocks: [Int]
    /// How many events they train.
    var targets: Int
    /// Into how many batches they are dealt.
    var batches: Int
  }

  /// The batches of a group as indices of segments, about equally many targets each.
  func batches(of group: Group, epoch: Int) -> [[Int]] {
    let order = RandomStream.shuffled(
      group.blocks.flatMap { Array(blocks[$0]) }, seed: seed, .segmentOrder, epoch)
    var batches = [[Int]](repeating: [], count: group.batches)
    var targetsBefore = 0
    for segment in order {
      batches[targetsBefore * group.batches / group.targets].append(segment)
      targetsBefore += Int(segments[segment].count)
    }
    return batches
  }

  static func blocks(of segments: [SegmentReference], length: Int) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var (first, events) = (0, 0)
    for (index, segment) in segments.enumerated() {
      events += Int(segment.count)
      if events >= length {
        blocks.append(first..<index + 1)
        (first, events) = (index + 1, 0)
      }
    }
    if first < segments.count { blocks.append(first..<segments.count) }
    return blocks
  }
}
