/// Walks over the fields of a line, which are separated by single spaces.
struct FieldCursor {
  private let line: UnsafeRawBufferPointer
  /// Where the next field begins; past the end when there is none left.
  private(set) var offset = 0
  /// How many fields were taken.
  private(set) var taken = 0

  init(_ line: UnsafeRawBufferPointer) { self.line = line }

  /// The next field up to a space or the end of the line.
  mutating func next() throws(RecordedLineProblem) -> UnsafeRawBufferPointer {
    guard offset <= line.count, !line.isEmpty else { throw .tooFewFields(found: taken) }
    let start = offset
    var end = offset
    while end < line.count, line[end] != 0x20 { end += 1 }
    offset = end + 1
    taken += 1
    return UnsafeRawBufferPointer(rebasing: line[start..<end])
  }

  /// The next field, which may have spaces: it ends at the space at `end`.
  mutating func next(upTo end: Int) -> UnsafeRawBufferPointer {
    let start = offset
    offset = end + 1
    taken += 1
    return UnsafeRawBufferPointer(rebasing: line[start..<end])
  }

  /// The last field, with all the spaces that it may have.
  mutating func rest() throws(RecordedLineProblem) -> UnsafeRawBufferPointer {
    guard offset <= line.count else { throw .tooFewFields(found: taken) }
    return UnsafeRawBufferPointer(rebasing: line[offset...])
  }

  /// The next space at or after `start` and before `limit`, or nil.
  func space(from start: Int, before limit: Int) -> Int? {
    var index = start
    while index < min(limit, line.count) {
      if line[index] == 0x20 { return index }
      index += 1
    }
    return nil
  }

  /// The next field as an unsigned decimal number in `range`.
  mutating func decimal(
    _ field: RecordedField, in range: ClosedRange<UInt64> = 0...UInt64.max
  ) throws(RecordedLineProblem) -> UInt64 {
    guard let value = Self.decimal(try next()), range.contains(value) else { throw .field(field) }
    return value
  }

  /// The next field as a decimal number that may be negative.
  mutating func signed(_ field: RecordedField) throws(RecordedLineProblem) -> Int64 {
    let text = try next()
    if text.first == UInt8(ascii: "-") {
      guard let value = Self.decimal(UnsafeRawBufferPointer(rebasing: text[1...])),
        value <= UInt64(Int64.max)
      else { throw .field(field) }
      return -Int64(value)
    }
    guard let value = Self.decimal(text), let result = Int64(exactly: value) else {
      throw .field(field)
    }
    return result
  }

  /// The next field as up to 16 hexadecimal digits.
  mutating func hexadecimal(_ field: RecordedField) throws(RecordedLineProblem) -> UInt64 {
    let text = try next()
    guard !text.isEmpty, text.count <= 16 else { throw .field(field) }
    var value: UInt64 = 0
    for byte in text {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
      case 0x61...0x66: value = value << 4 | UInt64(byte - 0x57)
      default: throw .field(field)
      }
    }
    return value
  }

  private static func decimal(_ text: UnsafeRawBufferPointer) -> UInt64? {
    guard !text.isEmpty, text.count <= 20 else { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }
}
