import KernelTrace
import ModelFormat

extension Scorer {
  /// A new thread continues its parent's past: it starts with a copy of the parent's state, but an
  /// alarm of its own is still to be raised.
  ///
  /// A child number that is still in use belonged to a thread whose end was not seen; that one goes.
  /// A child of a thread that was never seen starts anew at its first event.
  @_optimize(size)
  public mutating func fork(parent: ThreadID, child: ThreadID) {
    if let stale = table.find(child.tid) { table.remove(stale) }
    guard child.tid != parent.tid, let source = table.find(parent.tid),
      table.slot(source).header.pointee.thread.pid == parent.pid
    else { return }
    let index = claim(child, sparing: source)
    let (from, to) = (table.slot(source), table.slot(index))
    let next = to.header.pointee.next
    to.base.copyMemory(from: from.base, byteCount: layout.byteCount)
    to.header.pointee.thread = child
    to.header.pointee.next = next
    to.header.pointee.ownEvents = 0
    to.header.pointee.alarms = 0
    to.header.pointee.lastSeen = counters.events
  }

  /// A thread runs another program: only its name changes.
  @_optimize(size)
  public mutating func exec(_ thread: ThreadID, name: ProgramName) {
    slot(of: thread).header.pointee.name = name
  }

  /// A thread ended: its slot is free.
  public mutating func exit(_ thread: ThreadID) {
    if let index = table.find(thread.tid) { table.remove(index) }
  }

  /// The source lost `count` records of `thread`, or, without one, of anybody.
  @_optimize(size)
  public mutating func lost(_ count: UInt64, thread: ThreadID?) {
    guard count > 0 else { return }
    counters.lostRecords &+= count
    if let thread {
      slot(of: thread).header.pointee.eventsSinceLoss = 0
      return
    }
    for index in 0..<UInt32(table.capacity) where table.isUsed(index) {
      table.slot(index).header.pointee.eventsSinceLoss = 0
    }
  }

  /// How many events of this thread and, before its fork, of its parents are known.
  public func pastEvents(of thread: ThreadID) -> UInt64 {
    header(of: thread)?.pointee.pastEvents ?? 0
  }

  /// How many events of a thread are known since records were lost that it may have missed; `.max`
  /// where none were.
  public func eventsSinceLoss(of thread: ThreadID) -> UInt32 {
    header(of: thread)?.pointee.eventsSinceLoss ?? .max
  }

  /// What is kept of a thread; nil where there is nothing.
  func header(of thread: ThreadID) -> UnsafeMutablePointer<ThreadHeader>? {
    guard let index = table.find(thread.tid) else { return nil }
    let header = table.slot(index).header
    return header.pointee.thread.pid == thread.pid ? header : nil
  }

  /// Goes on with a blob of the same network, such as one with other thresholds, and all that is
  /// known of threads; false, changing nothing, where the network or a window is another one.
  ///
  /// - Parameter other: its bytes must outlive the scorer; those of the blob before need not.
  public mutating func replaceModel(with other: Model) -> Bool {
    guard model.hasSameState(as: other) else { return false }
    model = other
    network = StreamingNetwork(other, memory: networkMemory)
    return true
  }

  /// The slot of `thread`, which starts anew if it has none or if its number was another process's.
  @_optimize(size)
  mutating func slot(of thread: ThreadID) -> ThreadSlot {
    if let index = table.find(thread.tid) {
      let slot = table.slot(index)
      if slot.header.pointee.thread.pid == thread.pid { return slot }
      table.remove(index)
    }
    let slot = table.slot(claim(thread, sparing: nil))
    slot.state.copyMemory(from: freshSlot.state, byteCount: network.needs.stateByteCount)
    slot.header.pointee.lastSeen = counters.events
    return slot
  }

  @_optimize(size)
  private mutating func claim(_ thread: ThreadID, sparing spared: UInt32?) -> UInt32 {
    counters.threads += 1
    if let index = table.insert(thread) { return index }
    counters.evictions += 1
    table.remove(victim(sparing: spared))
    guard let index = table.insert(thread) else { preconditionFailure("a slot was just freed") }
    return index
  }

  /// Who gives way in a full table: of the threads that are under half of every threshold, the one
  /// not heard of for longest; where there is none, of all threads, or the one with the shortest past.
  @_optimize(size)
  private func victim(sparing spared: UInt32?) -> UInt32 {
    var calmest: (index: UInt32, seen: UInt64)?
    var other: (index: UInt32, rank: UInt64)?
    for index in 0..<UInt32(table.capacity) where index != spared {
      let header = table.slot(index).header
      let seen = header.pointee.lastSeen
      let rank = keepsPasts ? header.pointee.pastEvents : seen
      if rank < other?.rank ?? .max { other = (index, rank) }
      if seen < calmest?.seen ?? .max, isCalm(index) { calmest = (index, seen) }
    }
    return calmest?.index ?? other?.index ?? spared ?? 0
  }

  private func isCalm(_ index: UInt32) -> Bool {
    let header = table.slot(index).header
    for channel in 0..<model.channelCount {
      let half = channels[channel].halfThreshold
      if header.pointee.channels[channel].score.isOver(half) { return false }
    }
    return true
  }
}
