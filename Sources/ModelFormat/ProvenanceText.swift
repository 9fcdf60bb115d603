import KernelTrace

/// Checks the lines `key=value` of where a detector came from.
struct ProvenanceText {
  private let bytes: UnsafeRawBufferPointer
  /// Where the text begins in the blob.
  private let start: Int

  static func check(_ bytes: BlobBytes, in contents: Range<Int>) throws(ModelFormatError) {
    try ModelFormatError.check(
      .provenanceLength, contents.count, in: 1...Limits.provenanceLength)
    let text = ProvenanceText(bytes: bytes[contents], start: contents.lowerBound)
    var previousKey: Range<Int>?
    var line = 0
    while line < contents.count {
      let key = try text.key(at: line)
      if let previousKey, compareBytes(text[previousKey], text[key]) >= 0 {
        throw .provenanceOrder(atOffset: text.start + line)
      }
      previousKey = key
      line = try text.lineEnd(after: key.upperBound + 1)
    }
  }

  private subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  private func key(at start: Int) throws(ModelFormatError) -> Range<Int> {
    var end = start
    while end < bytes.count && Self.isKeyByte(bytes[end]) { end += 1 }
    guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: "=") else {
      throw .provenanceText(atOffset: self.start + end)
    }
    return start..<end
  }

  private func lineEnd(after valueStart: Int) throws(ModelFormatError) -> Int {
    var position = valueStart
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\n") { return position + 1 }
      let length = UTF8Scalar.length(bytes, at: position)
      let isControl = bytes[position] < 0x20 || bytes[position] == 0x7f
      guard length > 0 && !isControl else { throw .provenanceText(atOffset: start + position) }
      position += length
    }
    throw .provenanceText(atOffset: start + position)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
  }
}

/// Well-formed UTF-8, table 3-7 of the Unicode standard.
enum UTF8Scalar {
  /// How many bytes the scalar at `position` has, 0 where there is none.
  static func length(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Int {
    let first = bytes[position]
    if first < 0x80 { return 1 }
    let (length, second): (Int, ClosedRange<UInt8>)
    switch first {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    default: return 0
    }
    guard length <= bytes.count - position, second.contains(bytes[position + 1]) else { return 0 }
    for index in 2..<max(length, 2) where bytes[position + index] & 0xc0 != 0x80 { return 0 }
    return length
  }
}
