/// Which state ids a capture has named so far, and a fingerprint of each name.
///
/// Open addressing over memory of its own, doubled when half full: it allocates when states are
/// named, never for an event.
struct NamedStates: ~Copyable {
  private struct Slot {
    /// 0 is free: state 0 needs no name.
    var id: UInt32
    var fingerprint: UInt64
  }

  enum Outcome { case new, known, different, full }

  private var slots: UnsafeMutablePointer<Slot>
  private var capacity = 256
  private(set) var count = 0

  init() { slots = Self.emptySlots(256) }

  deinit { slots.deallocate() }

  func contains(_ id: UInt32) -> Bool { id == 0 || slots[slot(of: id)].id == id }

  mutating func insert(_ id: UInt32, name: UnsafeRawBufferPointer) -> Outcome {
    if id == 0 { return StateName.isUnknown(name) ? .known : .different }
    let fingerprint = Self.fingerprint(of: name)
    var index = slot(of: id)
    if slots[index].id == id {
      return slots[index].fingerprint == fingerprint ? .known : .different
    }
    guard count < CaptureLayout.mostStates else { return .full }
    if 2 * (count + 1) > capacity {
      grow()
      index = slot(of: id)
    }
    slots[index] = Slot(id: id, fingerprint: fingerprint)
    count += 1
    return .new
  }

  /// Where `id` is, or the free slot where it would be.
  private func slot(of id: UInt32) -> Int {
    // Fibonacci hashing (Knuth 6.4): consecutive ids spread evenly.
    var index = Int((UInt64(id) &* 0x9e37_79b9_7f4a_7c15) &>> 40) & (capacity - 1)
    while slots[index].id != 0 && slots[index].id != id { index = (index + 1) & (capacity - 1) }
    return index
  }

  private mutating func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity *= 2
    slots = Self.emptySlots(capacity)
    for index in 0..<oldCapacity where old[index].id != 0 {
      slots[slot(of: old[index].id)] = old[index]
    }
    old.deallocate()
  }

  private static func emptySlots(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    slots.initialize(repeating: Slot(id: 0, fingerprint: 0), count: capacity)
    return slots
  }

  /// FNV-1a. Two names of one id that collide pass unnoticed, once in 2^64.
  private static func fingerprint(of name: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
