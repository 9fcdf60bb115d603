/// Values by a number that is not 0, such as threads by their ids: open addressing, doubled when half
/// full. A value stays where it is in memory until it is removed.
@usableFromInline
package struct NumberTable<Value: ~Copyable>: ~Copyable {
  @usableFromInline
  struct Slot {
    /// 0: free.
    @usableFromInline var number: UInt32
    @usableFromInline var value: UnsafeMutablePointer<Value>?
  }

  @usableFromInline var slots: UnsafeMutablePointer<Slot>
  @usableFromInline var capacity: Int
  /// How many values there are.
  package private(set) var count = 0

  /// An empty table.
  package init() {
    capacity = 64
    slots = Self.emptySlots(64)
  }

  // Embedded Swift cannot destroy a table of another module's values without seeing this.
  @inlinable
  deinit {
    for index in 0..<capacity {
      guard let value = slots[index].value else { continue }
      value.deinitialize(count: 1)
      value.deallocate()
    }
    slots.deallocate()
  }

  /// The value of `number`; nil where there is none.
  package subscript(number: UInt32) -> UnsafeMutablePointer<Value>? {
    number == 0 ? nil : slots[slot(of: number)].value
  }

  /// Adds `value` for `number`, which is not 0 and has none.
  package mutating func insert(
    _ number: UInt32, _ value: consuming Value
  ) -> UnsafeMutablePointer<Value> {
    if 2 * (count + 1) > capacity { grow() }
    let memory = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    memory.initialize(to: value)
    slots[slot(of: number)] = Slot(number: number, value: memory)
    count += 1
    return memory
  }

  /// Removes the value of `number`, if there is one.
  package mutating func remove(_ number: UInt32) {
    var hole = slot(of: number)
    guard number != 0, let value = slots[hole].value else { return }
    value.deinitialize(count: 1)
    value.deallocate()
    count -= 1
    // What was put past its own place because of this one moves back (Knuth 6.4, algorithm R).
    var next = hole
    while true {
      next = (next + 1) & (capacity - 1)
      if slots[next].number == 0 { break }
      let distance = (next - place(of: slots[next].number)) & (capacity - 1)
      if distance >= (next - hole) & (capacity - 1) {
        slots[hole] = slots[next]
        hole = next
      }
    }
    slots[hole] = Slot(number: 0, value: nil)
  }

  /// The numbers that have a value, in no order.
  package var numbers: [UInt32] {
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    for index in 0..<capacity where slots[index].number != 0 { numbers.append(slots[index].number) }
    return numbers
  }

  /// 31 bits, as many as `Int` has everywhere.
  static func hash(_ number: UInt32) -> Int {
    Int((UInt64(number) &* 0x9e37_79b9_7f4a_7c15) &>> 33)
  }

  private func place(of number: UInt32) -> Int {
    Self.hash(number) & (capacity - 1)
  }

  private func slot(of number: UInt32) -> Int {
    var index = place(of: number)
    while slots[index].number != 0 && slots[index].number != number {
      index = (index + 1) & (capacity - 1)
    }
    return index
  }

  private mutating func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity *= 2
    slots = Self.emptySlots(capacity)
    for index in 0..<oldCapacity where old[index].number != 0 {
      slots[slot(of: old[index].number)] = old[index]
    }
    old.deallocate()
  }

  private static func emptySlots(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
    slots.initialize(repeating: Slot(number: 0, value: nil), count: capacity)
    return slots
  }
}
