/// The bytes of a blob, read as little-endian numbers. Callers have checked that offsets are inside.
struct BlobBytes {
  let base: UnsafeRawPointer
  let count: Int

  func u8(at offset: Int) -> UInt8 { load(at: offset) }
  func u16(at offset: Int) -> UInt16 { load(at: offset) }
  func u32(at offset: Int) -> UInt32 { load(at: offset) }
  func u64(at offset: Int) -> UInt64 { load(at: offset) }
  func f32(at offset: Int) -> Float { Float(bitPattern: u32(at: offset)) }

  /// A u32 as an `Int`; one that does not fit 32 bits is larger than any limit either way.
  func int(at offset: Int) -> Int { Int(clamping: u32(at: offset)) }

  subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// Throws where one of the bytes is not zero.
  func checkZeros(_ range: Range<Int>) throws(ModelFormatError) {
    for offset in range where u8(at: offset) != 0 { throw .reservedNotZero(atOffset: offset) }
  }

  private func load<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> T {
    T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }
}
