import KernelTrace

/// The states of a detector, in place in its blob: state i has an id in its source's alphabet and a
/// name. State 0 is *unknown*.
public struct VocabularyView: @unchecked Sendable {
  /// `u32 id[V]`, `u32 end[V]`, `u16 byName[V]`, padding, names.
  @usableFromInline let base: UnsafeRawPointer
  /// V: how many states there are, the unknown state included.
  public let count: Int

  init(base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
  }

  /// The id of a state. - Precondition: `index` is in `0..<count`, here and below.
  @inlinable
  public func id(at index: Int) -> UInt32 {
    precondition(index >= 0 && index < count)
    return UInt32(littleEndian: base.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
  }

  /// The name of a state: 1 to 64 bytes of ASCII.
  public func name(at index: Int) -> UnsafeRawBufferPointer {
    let start = index == 0 ? 0 : nameEnd(at: index - 1)
    return UnsafeRawBufferPointer(
      start: base + Self.namesOffset(count: count) + start, count: nameEnd(at: index) - start)
  }

  /// The state with this id, nil where the detector does not know it.
  @inlinable
  public func index(ofID id: UInt32) -> Int? {
    // Ids rise from 0, so that no state is beyond its id; where there are no gaps it is right there.
    var high = id < UInt32(truncatingIfNeeded: count) ? Int(truncatingIfNeeded: id) : count - 1
    if self.id(at: high) == id { return high }
    var low = 0
    while low < high {
      let middle = (low + high) / 2
      let found = self.id(at: middle)
      if found == id { return middle }
      if found < id { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  /// The state with this name, nil where the detector does not know it.
  public func index(ofName name: UnsafeRawBufferPointer) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let index = indexByName(at: middle)
      let order = compareBytes(self.name(at: index), name)
      if order == 0 { return index }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  func nameEnd(at index: Int) -> Int {
    precondition(index >= 0 && index < count)
    let offset = 4 * (count + index)
    return Int(
      clamping: UInt32(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  /// The states in increasing order of their names.
  func indexByName(at position: Int) -> Int {
    let offset = Self.byNameOffset(count: count) + 2 * position
    return Int(UInt16(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
  }

  static func byNameOffset(count: Int) -> Int { 8 * count }

  static func namesOffset(count: Int) -> Int { BlobLayout.roundUp(10 * count, to: 4) }
}
