/// The checksum of IEEE 802.3 (also zlib's): polynomial 0x04C11DB7, reflected, inverted at both ends.
public struct CRC32: Sendable {
  private var register: UInt32 = 0xffff_ffff

  /// The checksum of no bytes yet.
  public init() {}

  /// The checksum of all bytes up to here.
  public var value: UInt32 { ~register }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var crc = register
    var position = 0
    while bytes.count - position >= 4 {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      crc ^= UInt32(littleEndian: word)
      crc =
        Self.tables[768 + Int(crc & 255)] ^ Self.tables[512 + Int((crc &>> 8) & 255)]
        ^ Self.tables[256 + Int((crc &>> 16) & 255)] ^ Self.tables[Int(crc &>> 24)]
      position += 4
    }
    for byte in bytes[position...] {
      crc = (crc &>> 8) ^ Self.tables[Int((crc ^ UInt32(byte)) & 255)]
    }
    register = crc
  }

  /// The checksum of `bytes`.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }

  /// Four bytes at a time ("slicing", Kounavis and Berry 2008): entry 256 k + b is what byte b does
  /// to the register k bytes later.
  private static let tables = makeTables()

  private static func makeTables() -> InlineArray<1024, UInt32> {
    var tables = InlineArray<1024, UInt32>(repeating: 0)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = (crc &>> 1) ^ (crc & 1 == 1 ? 0xedb8_8320 : 0) }
      tables[byte] = crc
    }
    for index in 256..<1024 {
      let before = tables[index - 256]
      tables[index] = (before &>> 8) ^ tables[Int(before & 255)]
    }
    return tables
  }
}
