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
    for byte in bytes {
      // Four bits at a time: a table of 64 bytes, where one of 1 KB gains nothing a device needs.
      crc ^= UInt32(byte)
      crc = (crc &>> 4) ^ Self.table[Int(crc & 15)]
      crc = (crc &>> 4) ^ Self.table[Int(crc & 15)]
    }
    register = crc
  }

  /// The checksum of `bytes`.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }

  private static let table: InlineArray<16, UInt32> = [
    0x0000_0000, 0x1db7_1064, 0x3b6e_20c8, 0x26d9_30ac,
    0x76dc_4190, 0x6b6b_51f4, 0x4db2_6158, 0x5005_713c,
    0xedb8_8320, 0xf00f_9344, 0xd6d6_a3e8, 0xcb61_b38c,
    0x9b64_c2b0, 0x86d3_d2d4, 0xa00a_e278, 0xbdbd_f21c,
  ]
}
