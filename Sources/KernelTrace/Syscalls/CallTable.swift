/// The alphabet's list of system calls: from a kernel's name to a `SystemCall`, from a number back to
/// the canonical name.
///
/// It is built once, at first use, from the names in `CallGroup.all`, without allocating.
struct CallTable: Sendable {
  /// Largest number of a call that the table has room for.
  static let lastNumber = 511

  private struct Entry: Sendable {
    var group: UInt8 = 0
    var offset: UInt16 = 0
    var call = SystemCall(number: 0, variant: 0, scheme: .plain)
  }

  private static let slotMask = 1023
  /// Open addressing: 0 is free, otherwise 1 + index in `entries`.
  private var slots = InlineArray<1024, UInt16>(repeating: 0)
  private var entries = InlineArray<640, Entry>(repeating: Entry())
  private var entryCount = 0
  /// By number: 1 + index in `entries` of the canonical name.
  private var canonical = InlineArray<512, UInt16>(repeating: 0)

  private static let shared = CallTable()

  private init() {
    for index in 0..<CallGroup.all.count { insert(group: index) }
  }

  private mutating func insert(group index: Int) {
    let group = CallGroup.all[index]
    var number = group.first - 1
    var offset = 0
    while true {
      let start = offset
      guard let word = group.names.word(at: &offset) else { return }
      let isCanonical = word[0] != UInt8(ascii: "=")
      if isCanonical { number += 1 }
      let name = CallName(word)
      let call = SystemCall(number: number, variant: name.variant, scheme: group.scheme)
      entries[entryCount] = Entry(group: UInt8(index), offset: UInt16(start), call: call)
      entryCount += 1
      if isCanonical { canonical[Int(number)] = UInt16(entryCount) }
      insert(name.bytes, entry: UInt16(entryCount))
    }
  }

  private mutating func insert(_ name: UnsafeRawBufferPointer, entry: UInt16) {
    var slot = Self.hash(name)
    while slots[slot] != 0 { slot = (slot + 1) & Self.slotMask }
    slots[slot] = entry
  }

  // Each lookup names `shared` and an element in one expression: anything in between, even a method's
  // `self`, makes the compiler copy a whole array.

  /// The call that a kernel calls `name`.
  static func call(named name: UnsafeRawBufferPointer) -> SystemCall? {
    var slot = hash(name)
    while shared.slots[slot] != 0 {
      let index = Int(shared.slots[slot]) - 1
      if let known = self.name(ofEntry: index), compareBytes(known, name) == 0 {
        return shared.entries[index].call
      }
      slot = (slot + 1) & slotMask
    }
    return nil
  }

  /// The call with `number`, in its canonical form.
  static func call(_ number: Int) -> SystemCall? {
    guard number <= lastNumber, shared.canonical[number] != 0 else { return nil }
    return shared.entries[Int(shared.canonical[number]) - 1].call
  }

  /// The canonical name of `number`.
  static func name(_ number: Int) -> UnsafeRawBufferPointer? {
    guard number <= lastNumber, shared.canonical[number] != 0 else { return nil }
    return name(ofEntry: Int(shared.canonical[number]) - 1)
  }

  private static func name(ofEntry index: Int) -> UnsafeRawBufferPointer? {
    let entry = shared.entries[index]
    var offset = Int(entry.offset)
    return CallGroup.all[Int(entry.group)].names.word(at: &offset).map { CallName($0).bytes }
  }

  /// FNV-1a, folded.
  private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int((hash ^ hash >> 15) & UInt32(slotMask))
  }
}

/// A word of a group: `name`, `=alias`, either with `+variant`.
struct CallName {
  let bytes: UnsafeRawBufferPointer
  let variant: UInt8

  init(_ word: UnsafeRawBufferPointer) {
    let start = word[0] == UInt8(ascii: "=") ? 1 : 0
    let hasVariant = word.count > 2 && word[word.count - 2] == UInt8(ascii: "+")
    variant = hasVariant ? word[word.count - 1] - UInt8(ascii: "0") : 0
    bytes = UnsafeRawBufferPointer(
      rebasing: word[start..<(hasVariant ? word.count - 2 : word.count)])
  }
}

extension CallTable {
  /// The call that a kernel calls `name`.
  static func call(named name: StaticString) -> SystemCall? {
    call(named: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }
}
