import KernelTrace

/// What the open descriptors of a process refer to.
///
/// The kernel gives out the lowest free number, so a table that has all of them knows the two of a
/// pipe, which the call only writes to memory.
struct DescriptorTable: ~Copyable {
  /// Descriptors from here on are not kept.
  static let limit = 65_536

  /// By descriptor: 0 is free, else 1 + the kind, and a bit for close-on-exec.
  private var entries: UnsafeMutablePointer<UInt8>
  /// How many descriptors there is room for now.
  private(set) var capacity: Int

  private static let closesOnExecBit: UInt8 = 0x80

  /// Eight entries without that bit. What concerns all descriptors is done to eight at a time: calls
  /// that cost the kernel next to nothing must not keep their reader busy.
  private static let kindBits: UInt64 = 0x7f7f_7f7f_7f7f_7f7f

  /// An empty table.
  init() { self.init(capacity: 32) }

  private init(capacity: Int) {
    self.capacity = capacity
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: 0, count: capacity)
  }

  deinit { entries.deallocate() }

  /// A table with the same descriptors, as `fork` makes it.
  borrowing func copy() -> DescriptorTable {
    let copy = DescriptorTable(capacity: capacity)
    copy.entries.update(from: entries, count: capacity)
    return copy
  }

  /// What `descriptor` refers to; nil where it is not open.
  subscript(descriptor: Int) -> DescriptorKind? {
    guard descriptor >= 0, descriptor < capacity, entries[descriptor] != 0 else { return nil }
    return DescriptorKind(rawValue: (entries[descriptor] & ~Self.closesOnExecBit) - 1)
  }

  /// Whether an exec closes `descriptor`.
  func closesOnExec(_ descriptor: Int) -> Bool {
    descriptor >= 0 && descriptor < capacity
      && entries[descriptor] & Self.closesOnExecBit != 0
  }

  /// Opens `descriptor`, whatever it was before. Numbers beyond the limit are passed over.
  mutating func set(_ descriptor: Int, _ kind: DescriptorKind, closesOnExec: Bool = false) {
    guard descriptor >= 0, descriptor < Self.limit else { return }
    if descriptor >= capacity { grow(toHold: descriptor) }
    entries[descriptor] = kind.rawValue + 1 | (closesOnExec ? Self.closesOnExecBit : 0)
  }

  /// Opens the two lowest free numbers.
  mutating func setTwo(_ kind: DescriptorKind, closesOnExec: Bool) {
    set(lowestFree, kind, closesOnExec: closesOnExec)
    set(lowestFree, kind, closesOnExec: closesOnExec)
  }

  private var lowestFree: Int {
    for first in stride(from: 0, to: capacity, by: 8) {
      let free = ~openBits(self[eight: first]) & ~Self.kindBits
      if free != 0 { return first + free.trailingZeroBitCount / 8 }
    }
    return capacity
  }

  private subscript(eight first: Int) -> UInt64 {
    get { UnsafeRawPointer(entries).loadUnaligned(fromByteOffset: first, as: UInt64.self) }
    nonmutating set {
      UnsafeMutableRawPointer(entries).storeBytes(
        of: newValue, toByteOffset: first, as: UInt64.self)
    }
  }

  /// The highest bit of those of eight entries that are open.
  private func openBits(_ eight: UInt64) -> UInt64 {
    ((eight & Self.kindBits) &+ Self.kindBits) & ~Self.kindBits
  }

  /// Changes whether an exec closes `descriptor`, if that is open.
  mutating func setClosesOnExec(_ descriptor: Int, _ closes: Bool) {
    guard descriptor >= 0, descriptor < capacity, entries[descriptor] != 0 else { return }
    entries[descriptor] &= ~Self.closesOnExecBit
    if closes { entries[descriptor] |= Self.closesOnExecBit }
  }

  /// Lets an exec close those of `range` that are open; it ends at the capacity or before.
  mutating func setClosesOnExec(_ range: Range<Int>) {
    var number = range.lowerBound
    while number < range.upperBound {
      if number & 7 == 0, number + 8 <= range.upperBound {
        self[eight: number] |= openBits(self[eight: number])
        number += 8
      } else {
        setClosesOnExec(number, true)
        number += 1
      }
    }
  }

  /// Closes all of `range`, which ends at the capacity or before.
  mutating func remove(_ range: Range<Int>) {
    (entries + range.lowerBound).update(repeating: 0, count: range.count)
  }

  /// Closes `descriptor`.
  mutating func remove(_ descriptor: Int) {
    if descriptor >= 0, descriptor < capacity { entries[descriptor] = 0 }
  }

  /// Closes what an exec closes.
  mutating func exec() {
    for first in stride(from: 0, to: capacity, by: 8) {
      let marks = self[eight: first] & ~Self.kindBits
      if marks != 0 { self[eight: first] &= ~((marks >> 7) &* 0xff) }
    }
  }

  /// Closes all.
  mutating func removeAll() { entries.update(repeating: 0, count: capacity) }

  private mutating func grow(toHold descriptor: Int) {
    let (old, oldCapacity) = (entries, capacity)
    while capacity <= descriptor { capacity *= 2 }
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: 0, count: capacity)
    entries.update(from: old, count: oldCapacity)
    old.deallocate()
  }
}
