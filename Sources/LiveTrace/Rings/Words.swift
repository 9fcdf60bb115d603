import KernelTrace

/// Walks over what is between separators; empty parts are passed over.
struct Words {
  private let text: UnsafeRawBufferPointer
  private let separator: UInt8
  private var position = 0

  init(_ text: UnsafeRawBufferPointer, separator: UInt8) {
    self.text = text
    self.separator = separator
  }

  /// The next part; nil at the end.
  mutating func next() -> UnsafeRawBufferPointer? {
    while position < text.count, text[position] == separator { position += 1 }
    guard position < text.count else { return nil }
    let start = position
    while position < text.count, text[position] != separator { position += 1 }
    return UnsafeRawBufferPointer(rebasing: text[start..<position])
  }
}

/// Decimal numbers in text of the kernel.
enum Decimal {
  /// The number that `text` begins with; nil where it begins with no digit or is too large.
  ///
  /// - Parameter limit: up to `UInt64.max / 16`.
  static func value(_ text: UnsafeRawBufferPointer, atMost limit: UInt64) -> UInt64? {
    var value: UInt64 = 0
    var count = 0
    while count < text.count, text[count] >= 0x30, text[count] <= 0x39 {
      value = value * 10 + UInt64(text[count] - 0x30)
      guard value <= limit else { return nil }
      count += 1
    }
    return count > 0 ? value : nil
  }

  /// The number of a process, a thread or a descriptor that `text` begins with; nil where there is none.
  static func identifier(_ text: UnsafeRawBufferPointer) -> UInt32? {
    value(text, atMost: UInt64(Int32.max)).map { UInt32(truncatingIfNeeded: $0) }
  }
}
