import KernelTrace
import ModelFormat

/// What is kept of one thread, apart from the arrays behind it in its slot.
struct ThreadHeader {
  var thread: ThreadID
  var name = ProgramName()
  /// Events of this thread and, before its fork, of its parents.
  var pastEvents: UInt64 = 0
  /// Events of this thread alone.
  var ownEvents: UInt64 = 0
  /// The scorer's count of events when this thread was last heard of.
  var lastSeen: UInt64 = 0
  /// Events since records were lost; `.max` where none were.
  var eventsSinceLoss: UInt32 = .max
  /// Bit i: channel i is over its threshold.
  var alarms: UInt8 = 0
  var channels = InlineArray<4, ChannelState>(repeating: ChannelState())
  /// Where the next state goes in the history.
  var historyCursor: UInt32 = 0
  /// The next slot of the same hash bucket or of the free list.
  var next: UInt32 = 0
}

/// Where things are in a slot: header, network state, history of states, one ring a `window`.
struct SlotLayout {
  let stateOffset: Int
  let historyOffset: Int
  /// States kept: the events of the longest explanation, and what the network needs before them.
  let historyLength: Int
  private var ringOffsets = InlineArray<4, Int>(repeating: 0)
  /// Bytes of a slot, a multiple of 64.
  let byteCount: Int

  @_optimize(size)
  init(_ model: Model, _ needs: NetworkNeeds) {
    var longest = 0
    for index in 0..<model.channelCount {
      longest = max(longest, model.channel(at: index).explainedEvents)
    }
    historyLength = longest + model.architecture.receptiveField
    var offset = aligned(MemoryLayout<ThreadHeader>.size)
    stateOffset = offset
    offset = aligned(offset + needs.stateByteCount)
    historyOffset = offset
    offset += 2 * historyLength
    for index in 0..<model.channelCount {
      let channel = model.channel(at: index)
      offset = (offset + 3) / 4 * 4
      ringOffsets[index] = offset
      if channel.kind == .window { offset += 4 * channel.length }
    }
    byteCount = aligned(offset)
  }

  func ringOffset(_ channel: Int) -> Int { ringOffsets[channel] }

}

/// Rounded up to whole lines of the cache.
func aligned(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }

/// A view of one slot.
struct ThreadSlot {
  let base: UnsafeMutableRawPointer
  let layout: SlotLayout

  var header: UnsafeMutablePointer<ThreadHeader> {
    base.assumingMemoryBound(to: ThreadHeader.self)
  }

  var state: UnsafeMutableRawPointer { base + layout.stateOffset }

  private var history: UnsafeMutablePointer<UInt16> {
    (base + layout.historyOffset).assumingMemoryBound(to: UInt16.self)
  }

  func ring(_ channel: Int) -> UnsafeMutablePointer<UInt32> {
    (base + layout.ringOffset(channel)).assumingMemoryBound(to: UInt32.self)
  }

  /// How many of the latest states the history holds.
  var historyCount: Int {
    Int(min(header.pointee.pastEvents, UInt64(layout.historyLength)))
  }

  func remember(_ event: Int) {
    let cursor = header.pointee.historyCursor
    history[Int(cursor)] = UInt16(truncatingIfNeeded: event)
    header.pointee.historyCursor = Int(cursor) + 1 == layout.historyLength ? 0 : cursor + 1
  }

  /// The state `age` events ago, 0 for the latest; the unknown state before the first event.
  func past(_ age: Int) -> Int {
    guard age < historyCount else { return 0 }
    let position = Int(header.pointee.historyCursor) - 1 - age
    return Int(history[position < 0 ? position + layout.historyLength : position])
  }

  /// The last `window.count` states after leaving out the latest `skipped`, the oldest first.
  func copyPast(into window: UnsafeMutableBufferPointer<UInt16>, skipping skipped: Int = 0) {
    for index in 0..<window.count {
      window[index] = UInt16(truncatingIfNeeded: past(skipped + window.count - 1 - index))
    }
  }
}
