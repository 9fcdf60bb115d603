import Checkpoints
import TraceData

/// Gives the segments of any batch of any epoch, each with the context that a running detector
/// would have had: the thread's past, before its start its parent's past up to the fork, and the
/// unknown state where nothing is known of what came before.
///
/// A batch is a pure function of data, seed, epoch and number, so that a run can go on anywhere.
/// One group of blocks (`EpochPlan`) is in memory at a time, two bytes an event, and the next one as
/// soon as it has been read in the background; besides 16 bytes for each segment of the data set.
final class SegmentSampler<Traces: TrainingTraces> {
  let plan: EpochPlan
  private let traces: Traces
  private let receptiveField: Int
  private let seed: UInt64
  private let unknownRate: Double
  private let heldOutBatches: [[SegmentReference]]
  private let emptyCache: StateCache<Traces>
  private var trainingCache: StateCache<Traces>
  private var heldOutCache: StateCache<Traces>
  private var heldOutIsLoaded = false
  private var current: (epoch: Int, group: Int, batches: [[Int]])?
  private var loadedBlocks: [Int] = []
  private var ahead: (blocks: [Int], cache: Background<StateCache<Traces>>)?
  private var groups: (epoch: Int, groups: [EpochPlan.Group])?

  init(
    traces: Traces, vocabulary: ModelVocabulary, split: HeldOutSplit, receptiveField: Int,
    configuration: TrainingConfiguration, blockLength: Int = 65_536, blocksPerGroup: Int = 64
  ) {
    self.traces = traces
    self.receptiveField = receptiveField
    seed = configuration.seed
    unknownRate = configuration.unknownRate
    let length = configuration.segmentLength
    plan = EpochPlan(
      segments: Self.cut(traces, split.training, length: length),
      batchTokens: configuration.batchTokens, seed: seed,
      blockLength: blockLength, blocksPerGroup: blocksPerGroup)
    let heldOut = Self.cut(traces, split.heldOut, length: length)
    heldOutBatches = EpochPlan.blocks(of: heldOut, length: blockLength).map { Array(heldOut[$0]) }
    emptyCache = StateCache(traces: traces, vocabulary: vocabulary)
    trainingCache = emptyCache
    heldOutCache = emptyCache
  }

  /// The segments of a part of every sequence.
  private static func cut(
    _ traces: Traces, _ part: (_ sequence: Int) -> Range<Int>, length: Int
  ) -> [SegmentReference] {
    var count = 0
    for sequence in 0..<traces.sequenceCount {
      count += (part(sequence).count + length - 1) / length
    }
    var segments: [SegmentReference] = []
    segments.reserveCapacity(count)
    for sequence in 0..<traces.sequenceCount {
      segments += SegmentReference.cut(part(sequence), of: sequence, length: length)
    }
    return segments
  }

  /// How many batches `epoch` has.
  func batchCount(inEpoch epoch: Int) -> Int {
    groups(ofEpoch: epoch).reduce(0) { $0 + $1.batches }
  }

  /// The segments of a batch; a share of the inputs is replaced by the unknown state.
  ///
  /// - Precondition: `index` is in `0..<batchCount(inEpoch: epoch)`.
  func batch(_ index: Int, ofEpoch epoch: Int) throws(TraceDataError) -> [Segment] {
    var (group, index) = (0, index)
    let groups = groups(ofEpoch: epoch)
    while index >= groups[group].batches {
      index -= groups[group].batches
      group += 1
    }
    try load(groups[group], number: group, ofEpoch: epoch)
    let members = current?.batches[index] ?? []
    let unknown = UnknownInputs(seed: seed, epoch: epoch, rate: unknownRate)
    var batch: [Segment] = []
    for member in members {
      batch.append(try segment(plan.segments[member], from: trainingCache, unknown: unknown))
    }
    return batch
  }

  /// How many batches the held-out part makes; 0 where nothing is held out.
  var heldOutBatchCount: Int { heldOutBatches.count }

  /// Segments of the held-out part, in the order of the file, with their inputs as they are.
  func heldOutBatch(_ index: Int) throws(TraceDataError) -> [Segment] {
    let members = heldOutBatches[index]
    if heldOutBatches.count > 1 || !heldOutIsLoaded {
      heldOutCache = try emptyCache.loading(members.map(eventsNeeded))
      heldOutIsLoaded = true
    }
    var batch: [Segment] = []
    for member in members { batch.append(try segment(member, from: heldOutCache, unknown: nil)) }
    return batch
  }

  private func groups(ofEpoch epoch: Int) -> [EpochPlan.Group] {
    if let groups, groups.epoch == epoch { return groups.groups }
    let fresh = plan.groups(ofEpoch: epoch)
    groups = (epoch, fresh)
    return fresh
  }

  private func load(
    _ group: EpochPlan.Group, number: Int, ofEpoch epoch: Int
  ) throws(TraceDataError) {
    if let current, current.epoch == epoch, current.group == number { return }
    if loadedBlocks != group.blocks {
      loadedBlocks = []
      let reading = ahead?.blocks == group.blocks ? ahead?.cache : nil
      ahead = nil
      trainingCache = try (reading ?? read(group.blocks)).value()
      loadedBlocks = group.blocks
    }
    current = (epoch, number, plan.batches(of: group, epoch: epoch))
    if let next = self.group(after: number, ofEpoch: epoch)?.blocks, next != loadedBlocks {
      ahead = (next, read(next))
    }
  }

  private func group(after number: Int, ofEpoch epoch: Int) -> EpochPlan.Group? {
    let groups = groups(ofEpoch: epoch)
    return number + 1 < groups.count
      ? groups[number + 1] : plan.groups(ofEpoch: epoch + 1).first
  }

  /// Starts to read blocks in the background.
  private func read(_ blocks: [Int]) -> Background<StateCache<Traces>> {
    let members = blocks.flatMap { plan.segments[plan.blocks[$0]] }
    let (events, empty) = (members.map(eventsNeeded), emptyCache)
    return Background { () throws(TraceDataError) in try empty.loading(events) }
  }

  /// The segment's events and those before them in its own sequence that are its context.
  private func eventsNeeded(_ segment: SegmentReference) -> Range<Int> {
    let first = traces.events(of: Int(segment.sequence)).lowerBound
    return max(first, segment.start - receptiveField)..<segment.targets.upperBound
  }

  private func segment(
    _ reference: SegmentReference, from cache: StateCache<Traces>, unknown: UnknownInputs?
  ) throws(TraceDataError) -> Segment {
    let past = Lineage(
      before: reference.start, of: Int(reference.sequence), count: receptiveField, in: traces)
    var inputs: [UInt16] = []
    inputs.reserveCapacity(receptiveField + Int(reference.count))
    if past.startsAnew { inputs.append(0) }
    for range in past.ranges {
      let first = inputs.count
      try cache.append(range, to: &inputs)
      unknown?.replace(&inputs, from: first, events: range)
    }
    var targets: [UInt16] = []
    try cache.append(reference.targets, to: &targets)
    let first = inputs.count
    inputs.append(contentsOf: targets.dropLast())
    unknown?.replace(&inputs, from: first, events: reference.targets.dropLast())
    return Segment(inputs: inputs, targets: targets)
  }
}
