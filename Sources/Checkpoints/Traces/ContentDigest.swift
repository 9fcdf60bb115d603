import ModelFormat

/// A running SHA-256 over text and numbers, the numbers as their bytes in memory: little-endian on
/// every machine that trains.
struct ContentDigest {
  private var hash = SHA256()

  mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { hash.update(UnsafeRawBufferPointer($0)) }
  }

  mutating func update<Number: BitwiseCopyable>(_ numbers: [Number]) {
    numbers.withUnsafeBytes { hash.update($0) }
  }

  mutating func update<Number: BitwiseCopyable>(_ numbers: ArraySlice<Number>) {
    numbers.withUnsafeBytes { hash.update($0) }
  }

  /// In hexadecimal.
  func finalized() -> String { hash.finalize().description }
}
