/// Cuts JSON into objects and their members. Values stay text, without the space between their parts,
/// so that numbers are compared as they were written.
struct JSONText {
  /// A member of an object.
  struct Member: Equatable {
    /// As it stands between its quotes.
    let key: [UInt8]
    /// JSON.
    let value: [UInt8]
  }

  /// What is no JSON.
  struct Mistake: Error, Equatable {
    /// Of the first byte that cannot be there, from 0.
    let offset: Int
  }

  private let bytes: [UInt8]
  private var position = 0
  /// Deeper than anything that a player writes.
  private static let deepest = 32

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next of the objects that stand one after the other; nil at the end.
  mutating func nextObject() throws(Mistake) -> [Member]? {
    skipSpace()
    guard position < bytes.count else { return nil }
    var members: [Member] = []
    try take("{")
    if skip("}") { return members }
    repeat {
      skipSpace()
      let key = try string()
      try take(":")
      members.append(Member(key: Array(key.dropFirst().dropLast()), value: try value(depth: 1)))
    } while skip(",")
    try take("}")
    return members
  }

  /// The elements of an array.
  mutating func array() throws(Mistake) -> [[UInt8]] {
    var elements: [[UInt8]] = []
    try take("[")
    if skip("]") { return elements }
    repeat { elements.append(try value(depth: 1)) } while skip(",")
    try take("]")
    return elements
  }

  private var here: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = here, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
    skipSpace()
    guard here == UInt8(ascii: sign) else { return false }
    position += 1
    return true
  }

  private mutating func take(_ sign: Unicode.Scalar) throws(Mistake) {
    guard skip(sign) else { throw Mistake(offset: position) }
  }

  private mutating func value(depth: Int) throws(Mistake) -> [UInt8] {
    skipSpace()
    guard depth < Self.deepest, let first = here else { throw Mistake(offset: position) }
    switch first {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "{"): return try group("{", "}", depth: depth)
    case UInt8(ascii: "["): return try group("[", "]", depth: depth)
    default: return try word()
    }
  }

  private mutating func group(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, depth: Int
  ) throws(Mistake) -> [UInt8] {
    try take(opening)
    var text = [UInt8(ascii: opening)]
    guard !skip(closing) else { return text + [UInt8(ascii: closing)] }
    repeat {
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      if opening == "{" {
        skipSpace()
        text += try string()
        try take(":")
        text.append(UInt8(ascii: ":"))
      }
      text += try value(depth: depth + 1)
    } while skip(",")
    try take(closing)
    return text + [UInt8(ascii: closing)]
  }

  /// With its quotes.
  private mutating func string() throws(Mistake) -> [UInt8] {
    let start = position
    guard here == UInt8(ascii: "\"") else { throw Mistake(offset: position) }
    position += 1
    while let byte = here, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw Mistake(offset: position) }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    guard here != nil else { throw Mistake(offset: bytes.count) }
    position += 1
    return Array(bytes[start..<position])
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(Mistake) -> [UInt8] {
    let start = position
    while let byte = here, Self.isOfWord(byte) { position += 1 }
    let word = Array(bytes[start..<position])
    let isNumber = word.first.map { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
    guard isNumber == true || ["true", "false", "null"].contains(where: { word == $0.bytes }) else {
      throw Mistake(offset: start)
    }
    return word
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "E")
      || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
  }
}

extension String {
  /// In UTF-8.
  var bytes: [UInt8] { Array(utf8) }
}
