import KernelTrace

/// A fixed number of thread slots, found by thread number, over memory that the caller owns.
///
/// Chained hashing with indices instead of pointers; `none` ends a chain.
struct ThreadTable {
  static let none = UInt32.max

  let capacity: Int
  private let layout: SlotLayout
  private let buckets: UnsafeMutablePointer<UInt32>
  private let bucketMask: UInt32
  private let slots: UnsafeMutableRawPointer
  private var free: UInt32

  static func bucketCount(_ capacity: Int) -> Int {
    var count = 1
    while count < capacity { count *= 2 }
    return count
  }

  /// Bytes of buckets and slots; `extra` slots lie behind the table for its owner's use. `.max`
  /// where a machine of 32 bits could not address as many.
  static func byteCount(_ layout: SlotLayout, capacity: Int, extra: Int) -> Int {
    let buckets = UInt64(aligned(4 * bucketCount(capacity)))
    return Int(clamping: buckets + UInt64(capacity + extra) * UInt64(layout.byteCount))
  }

  @_optimize(size)
  init(_ layout: SlotLayout, capacity: Int, memory: UnsafeMutableRawPointer) {
    self.capacity = capacity
    self.layout = layout
    let count = Self.bucketCount(capacity)
    buckets = memory.bindMemory(to: UInt32.self, capacity: count)
    buckets.initialize(repeating: Self.none, count: count)
    bucketMask = UInt32(count - 1)
    slots = memory + aligned(4 * count)
    free = 0
    for index in 0..<capacity {
      let next = index + 1 == capacity ? Self.none : UInt32(index + 1)
      let header = ThreadHeader(thread: ThreadID(pid: 0, tid: 0), next: next)
      slot(UInt32(index)).base.initializeMemory(as: ThreadHeader.self, to: header)
    }
  }

  /// The slot at `index`, in `0..<capacity + extra`.
  func slot(_ index: UInt32) -> ThreadSlot {
    ThreadSlot(base: slots + Int(index) * layout.byteCount, layout: layout)
  }

  private func bucket(_ tid: UInt32) -> Int { Int((tid &* 0x9e37_79b1) >> 7 & bucketMask) }

  /// The slot of the thread numbered `tid`.
  func find(_ tid: UInt32) -> UInt32? {
    var index = buckets[bucket(tid)]
    while index != Self.none {
      let header = slot(index).header
      if header.pointee.thread.tid == tid { return index }
      index = header.pointee.next
    }
    return nil
  }

  /// Takes a free slot for `thread`, which has none yet.
  ///
  /// - Returns: its index, or nil where the table is full.
  @_optimize(size)
  mutating func insert(_ thread: ThreadID) -> UInt32? {
    guard free != Self.none else { return nil }
    let index = free
    let header = slot(index).header
    free = header.pointee.next
    header.pointee = ThreadHeader(thread: thread)
    link(index)
    return index
  }

  /// Puts a slot into the bucket of its thread.
  private func link(_ index: UInt32) {
    let header = slot(index).header
    let bucket = bucket(header.pointee.thread.tid)
    header.pointee.next = buckets[bucket]
    buckets[bucket] = index
  }

  /// Gives up the slot at `index`.
  @_optimize(size)
  mutating func remove(_ index: UInt32) {
    let header = slot(index).header
    let bucket = bucket(header.pointee.thread.tid)
    let next = header.pointee.next
    if buckets[bucket] == index {
      buckets[bucket] = next
    } else {
      var previous = slot(buckets[bucket]).header
      while previous.pointee.next != index { previous = slot(previous.pointee.next).header }
      previous.pointee.next = next
    }
    header.pointee.thread = ThreadID(pid: 0, tid: 0)
    header.pointee.next = free
    free = index
  }

  /// Whether the slot at `index`, below `capacity`, holds a thread.
  func isUsed(_ index: UInt32) -> Bool { slot(index).header.pointee.thread.tid != 0 }
}
