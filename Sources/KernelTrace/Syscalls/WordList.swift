/// Words of one constant text, separated by single spaces or line ends.
struct WordList {
  let text: StaticString

  init(_ text: StaticString) { self.text = text }

  private var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// How many words there are.
  var count: Int {
    var result = bytes.isEmpty ? 0 : 1
    for byte in bytes where Self.isSeparator(byte) { result += 1 }
    return result
  }

  /// The bytes of the word at `index`, which live as long as the program; nil past the last one.
  subscript(index: Int) -> UnsafeRawBufferPointer? {
    var offset = 0
    var position = 0
    while let word = word(at: &offset) {
      if position == index { return word }
      position += 1
    }
    return nil
  }

  /// The word that starts at `offset`, which moves on to the next one.
  func word(at offset: inout Int) -> UnsafeRawBufferPointer? {
    guard offset < bytes.count else { return nil }
    let start = offset
    while offset < bytes.count, !Self.isSeparator(bytes[offset]) { offset += 1 }
    let word = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    offset += 1
    return word
  }

  private static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }
}
