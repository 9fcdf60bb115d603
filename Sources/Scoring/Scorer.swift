import KernelTrace
import ModelFormat

/// Scores the events of many threads with one detector, in memory that the caller owns.
///
/// It never allocates: `byteCount(for:threads:)` says how much memory it takes, once.
public struct Scorer {
  /// The detector.
  public internal(set) var model: Model {
    didSet { channels = Self.channels(of: model) }
  }
  /// The detector's channels, which would be read from the blob's bytes for every event.
  private(set) var channels: InlineArray<4, DetectionChannel>
  var network: StreamingNetwork
  /// Where the network describes itself: another blob may take its place.
  let networkMemory: UnsafeMutableRawPointer
  let layout: SlotLayout
  var table: ThreadTable
  let scratch: UnsafeMutablePointer<Float>
  let window: UnsafeMutableBufferPointer<UInt16>
  /// What happened so far.
  public internal(set) var counters = ScoringCounters()
  /// Who gives way in a full table in which all threads are suspicious: the one with the shortest past
  /// rather than the one silent for longest. Who takes turns with more threads than the table has would
  /// else leave nobody with a past. Recordings are scored without it, as by every player before.
  public var keepsPasts = false
  /// A hash over the bits of every surprise and score.
  public internal(set) var digest = ScoreDigest()

  /// Two slots behind the table: a thread without a past, and one to explain verdicts with.
  static let extraSlots = 2
  var freshSlot: ThreadSlot { table.slot(UInt32(table.capacity)) }
  var replaySlot: ThreadSlot { table.slot(UInt32(table.capacity + 1)) }

  /// Bytes of memory for a table of `threads`, in 2...65,536; `.max` where the machine cannot
  /// address as many.
  public static func byteCount(for model: Model, threads: Int) -> Int {
    let needs = NetworkNeeds(model)
    let layout = SlotLayout(model, needs)
    let table = ThreadTable.byteCount(layout, capacity: threads, extra: extraSlots)
    let (sum, overflows) = table.addingReportingOverflow(networkBytes + scratchBytes(needs))
    return overflows ? .max : sum
  }

  /// Bytes that each further thread takes.
  public static func bytesPerThread(of model: Model) -> Int {
    SlotLayout(model, NetworkNeeds(model)).byteCount
  }

  private static var networkBytes: Int { aligned(StreamingNetwork.byteCount) }

  private static func scratchBytes(_ needs: NetworkNeeds) -> Int {
    aligned(4 * needs.scratchCount + 2 * needs.windowLength)
  }

  /// A scorer that has seen nothing.
  ///
  /// - Parameters:
  ///   - model: the detector; its bytes must outlive the scorer.
  ///   - memory: 64-byte aligned, at least `byteCount(for:threads:)` bytes, outlives the scorer.
  ///   - threads: how many threads are told apart at a time, in 2...65,536.
  @_optimize(size)
  public init(model: Model, memory: UnsafeMutableRawBufferPointer, threads: Int) {
    precondition((2...65_536).contains(threads), "a table of 2 to 65,536 threads")
    let needed = Self.byteCount(for: model, threads: threads)
    precondition(memory.count >= needed && needed < .max, "too little memory")
    guard let base = memory.baseAddress else { preconditionFailure("no memory") }
    self.model = model
    channels = Self.channels(of: model)
    let needs = NetworkNeeds(model)
    layout = SlotLayout(model, needs)
    table = ThreadTable(layout, capacity: threads, memory: base)
    let behind = base + ThreadTable.byteCount(layout, capacity: threads, extra: Self.extraSlots)
    network = StreamingNetwork(model, memory: behind)
    networkMemory = behind
    scratch = (behind + Self.networkBytes)
      .bindMemory(to: Float.self, capacity: needs.scratchCount)
    window = UnsafeMutableBufferPointer(
      start: UnsafeMutableRawPointer(scratch + needs.scratchCount)
        .bindMemory(to: UInt16.self, capacity: needs.windowLength),
      count: needs.windowLength)
    for extra in 0..<Self.extraSlots {
      let slot = table.slot(UInt32(threads + extra))
      slot.base.initializeMemory(
        as: ThreadHeader.self, to: ThreadHeader(thread: ThreadID(pid: 0, tid: 0)))
      network.reset(slot.state, scratch: scratch)
    }
  }

  /// The channels of `model`; those beyond their number repeat the last.
  @_optimize(size)
  private static func channels(of model: Model) -> InlineArray<4, DetectionChannel> {
    InlineArray { model.channel(at: min($0, model.channelCount - 1)) }
  }

  /// Scores one event.
  ///
  /// - Parameters:
  ///   - state: the blob's index of the event's state, in `0..<V`; 0 where the blob does not know it.
  ///   - time: in the source's nanoseconds.
  ///   - observe: is shown the activations of a float32 network; of an int8 network, nothing.
  @inline(never)
  public mutating func score(
    _ thread: ThreadID, state: Int, time: UInt64, observe: ActivationObserver? = nil
  ) -> ScoredEvent {
    precondition(state >= 0 && state < network.needs.vocabularySize, "a state of the blob")
    counters.events += 1
    if state == 0 { counters.unknownEvents += 1 }
    let slot = slot(of: thread)
    let surprise = surprise(of: state, slot, observe)
    network.step(slot.state, event: state, scratch: scratch, observe: observe)
    slot.remember(state)
    slot.header.pointee.pastEvents += 1
    slot.header.pointee.ownEvents += 1
    slot.header.pointee.lastSeen = counters.events
    if slot.header.pointee.eventsSinceLoss != .max { slot.header.pointee.eventsSinceLoss += 1 }
    return judge(slot, surprise, time: time)
  }

  /// Mutating so that Swift makes no copy of the scorer for the call.
  private mutating func surprise(
    of state: Int, _ slot: ThreadSlot, _ observe: ActivationObserver?
  ) -> Surprise {
    if state == 0 { return model.unknownSurprise }
    slot.copyPast(into: window)
    let nats = network.crossEntropy(
      of: state, slot.state, window: windowStart, scratch: scratch, observe: observe)
    return min(Surprise(nats: nats), model.surpriseCap)
  }

  /// The window's first element; of a network without one, a pointer that is not used.
  var windowStart: UnsafePointer<UInt16> {
    UnsafeRawPointer(scratch + network.needs.scratchCount).assumingMemoryBound(to: UInt16.self)
  }

  private mutating func judge(_ slot: ThreadSlot, _ surprise: Surprise, time: UInt64) -> ScoredEvent
  {
    var scores = InlineArray<4, Score>(repeating: Score(sum: 0, weight: 0))
    var verdict: Verdict?
    let pastEvents = slot.header.pointee.pastEvents
    digest.add(surprise)
    for index in 0..<model.channelCount {
      let channel = channels[index]
      slot.header.pointee.channels[index].add(surprise, to: channel, ring: slot.ring(index))
      let score = slot.header.pointee.channels[index].score
      scores[index] = score
      digest.add(score)
      let bit = UInt8(1) << UInt8(index)
      let isOver = channel.judges(afterEvents: pastEvents) && score.isOver(channel.threshold)
      let wasOver = slot.header.pointee.alarms & bit != 0
      guard isOver != wasOver else { continue }
      slot.header.pointee.alarms ^= bit
      if isOver && verdict == nil {
        verdict = self.verdict(slot.header.pointee, index, channel, score, time: time)
      }
    }
    if verdict != nil { counters.alarms += 1 }
    return ScoredEvent(
      surprise: surprise, scores: scores, pastEvents: pastEvents, verdict: verdict)
  }

  /// The verdict on a thread right after an event of its own, whether or not it was that event which
  /// took it over a threshold; nil where it is over none.
  ///
  /// - Parameter time: of that event, in the source's nanoseconds.
  @_optimize(size)
  public func verdict(on thread: ThreadID, time: UInt64) -> Verdict? {
    guard let header = header(of: thread) else { return nil }
    for index in 0..<model.channelCount {
      let score = header.pointee.channels[index].score
      guard channels[index].judges(afterEvents: header.pointee.pastEvents),
        score.isOver(channels[index].threshold)
      else { continue }
      return verdict(header.pointee, index, channels[index], score, time: time)
    }
    return nil
  }

  private func verdict(
    _ header: ThreadHeader, _ index: Int, _ channel: DetectionChannel, _ score: Score, time: UInt64
  ) -> Verdict {
    Verdict(
      thread: header.thread, name: header.name, time: time, event: counters.events,
      threadEvent: header.ownEvents, channel: index, score: score, threshold: channel.threshold,
      isLossy: header.eventsSinceLoss < channel.lossyEvents)
  }
}

/// What a scorer has seen.
public struct ScoringCounters: Equatable, Sendable {
  /// Events scored.
  public var events: UInt64 = 0
  /// Of those, events of a state that the blob does not know.
  public var unknownEvents: UInt64 = 0
  /// Threads that had a slot.
  public var threads: UInt64 = 0
  /// Times that a thread went over a threshold.
  public var alarms: UInt64 = 0
  /// Records that the source says it lost.
  public var lostRecords: UInt64 = 0
  /// Threads that had to give way in a full table.
  public var evictions: UInt64 = 0
}

/// A running hash over scores: two runs that agree in it agree in every bit of every score.
///
/// FNV-1a over 64-bit words: each surprise, then each channel's sum and weight.
public struct ScoreDigest: Equatable, Sendable {
  /// The hash so far.
  public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x0000_0100_0000_01b3 }
  mutating func add(_ surprise: Surprise) { add(UInt64(surprise.units)) }
  mutating func add(_ score: Score) {
    add(score.sum)
    add(UInt64(score.weight))
  }
}
