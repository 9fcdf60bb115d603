import TraceData

/// Gives the segments of any batch of any epoch, each with the context that a running detector
/// would have had: the thread's past, before its start its parent's past up to the fork, and the
/// unknown state where nothing is known of what came before.
///
/// A batch is a pure function of data, seed, epoch and number, so that a run can go on anywhere.
/// One group of blocks (`EpochPlan`) is in memory at a time, two bytes an event, and 16 bytes for
/// each segment of the data set.
final class SegmentSampler<Traces: TrainingTraces> {
  let plan: EpochPlan
  private let traces: Traces
  private let receptiveField: Int
  private let seed: UInt64
  private let unknownRate: Double
  private let heldOutBatches: [[SegmentReference]]
  private var trainingCache: StateCache<Traces>
  private var heldOutCache: StateCache<Traces>
  private var heldOutIsLoaded = false
  private var current: (epoch: Int, group: Int, batches: [[Int]])?
  private var loadedBlocks: [Int] = []
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
    let segments = { (events: (Int) -> Range<Int>) in
      (0..<traces.sequenceCount).flatMap {
        SegmentReference.cut(events($0), of: $0, length: length)
      }
    }
    plan = EpochPlan(
      segments: segments(split.training), batchTokens: configuration.batchTokens, seed: seed,
      blockLength: blockLength, blocksPerGroup: blocksPerGroup)
    let heldOut = segments(split.heldOut)
    heldOutBatches = EpochPlan.blocks(of: heldOut, length: blockLength).map { Array(heldOut[$0]) }
    trainingCache = StateCache(traces: traces, vocabulary: vocabulary)
    heldOutCache = trainingCache
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
      try heldOutCache.load(members.map(eventsNeeded))
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
      let members = group.blocks.flatMap { plan.segments[plan.blocks[$0]] }
      try trainingCache.load(members.map(eventsNeeded))
      loadedBlocks = group.blocks
    }
    current = (epoch, number, plan.batches(of: group, epoch: epoch))
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
