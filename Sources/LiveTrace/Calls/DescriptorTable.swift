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
    var descriptor = 0
    while descriptor < capacity, entries[descriptor] != 0 { descriptor += 1 }
    return descriptor
  }

  /// Changes whether an exec closes `descriptor`, if that is open.
  mutating func setClosesOnExec(_ descriptor: Int, _ closes: Bool) {
    guard descriptor >= 0, descriptor < capacity, entries[descriptor] != 0 else { return }
    entries[descriptor] &= ~Self.closesOnExecBit
    if closes { entries[descriptor] |= Self.closesOnExecBit }
  }

  /// Closes `descriptor`.
  mutating func remove(_ descriptor: Int) {
    if descriptor >= 0, descriptor < capacity { entries[descriptor] = 0 }
  }

  /// Closes what an exec closes.
  mutating func exec() {
    for descriptor in 0..<capacity where entries[descriptor] & Self.closesOnExecBit != 0 {
      entries[descriptor] = 0
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
