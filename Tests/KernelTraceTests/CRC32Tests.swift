import KernelTrace
import Testing

@Suite struct CRC32Tests {
  /// The check value of the CRC catalogue, and zlib's of other bytes.
  @Test(arguments: [
    ("", UInt32(0)), ("123456789", 0xcbf4_3926), ("a", 0xe8b7_be43),
    ("The quick brown fox jumps over the lazy dog", 0x414f_a339),
  ])
  func knownAnswer(text: String, expected: UInt32) {
    #expect(Array(text.utf8).withUnsafeBytes { CRC32.of($0) } == expected)
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    let bytes = (0..<200).map { UInt8($0) }
    let whole = bytes.withUnsafeBytes { CRC32.of($0) }
    for cut in 0...bytes.count {
      var crc = CRC32()
      Array(bytes[..<cut]).withUnsafeBytes { crc.update($0) }
      Array(bytes[cut...]).withUnsafeBytes { crc.update($0) }
      #expect(crc.value == whole)
    }
  }
}
