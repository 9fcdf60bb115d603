import KernelTrace

/// Where the fields of a tracepoint's records are, as the tracepoint's `format` file says.
///
/// Kernels and architectures differ in it: a `long` has 4 bytes where the kernel has 32 bits.
struct TracepointFormat {
  private let text: UnsafeRawBufferPointer

  /// - Parameter text: the whole file, which outlives the format.
  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// The number that begins each of its records; nil where the text has none of 16 bits.
  var id: UInt16? {
    var lines = Words(text, separator: 0x0a)
    while let line = lines.next() {
      guard Self.begins(line, "ID:"), let number = Self.number(in: line, from: 3) else { continue }
      return UInt16(exactly: number)
    }
    return nil
  }

  /// The field `name`; nil where there is none, or none within a record of 64 KiB.
  func field(_ name: StaticString) -> TracepointField? {
    var lines = Words(text, separator: 0x0a)
    while let line = lines.next() {
      var parts = Words(line, separator: 0x3b)
      guard let declaration = parts.next(), Self.declares(declaration, name) else { continue }
      guard let offset = Self.value("offset:", &parts), let size = Self.value("size:", &parts),
        offset + size <= 65_536
      else { return nil }
      return TracepointField(
        offset: offset, size: size, isSigned: Self.value("signed:", &parts) == 1)
    }
    return nil
  }

  /// Whether `\tfield:unsigned long args[6]` declares `args`.
  private static func declares(_ text: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
    guard begins(text, "field:") else { return false }
    var end = text.count
    if end > 0, text[end - 1] == 0x5d {
      while end > 0, text[end - 1] != 0x5b { end -= 1 }
      end -= 1
    }
    let start = end - name.utf8CodeUnitCount
    guard start > 0, text[start - 1] == 0x20 || text[start - 1] == 0x2a else { return false }
    return equal(UnsafeRawBufferPointer(rebasing: text[start..<end]), name)
  }

  private static func value(_ label: StaticString, _ parts: inout Words) -> Int? {
    guard let part = parts.next(), begins(part, label) else { return nil }
    return number(in: part, from: label.utf8CodeUnitCount + 1)
  }

  /// Whether `text` begins with `label`, after a tab or not.
  private static func begins(_ text: UnsafeRawBufferPointer, _ label: StaticString) -> Bool {
    let start = text.first == 0x09 ? 1 : 0
    return starts(UnsafeRawBufferPointer(rebasing: text[start...]), with: label)
  }

  /// The decimal number, of up to six digits, from `start` on.
  private static func number(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard start <= text.count else { return nil }
    let digits = text[start...].drop { $0 == 0x20 }
    let number = Decimal.value(UnsafeRawBufferPointer(rebasing: digits), atMost: 999_999)
    return number.map { Int($0) }
  }
}

/// A field of a tracepoint's records.
struct TracepointField: Equatable {
  /// From the beginning of the record, in bytes.
  var offset: Int
  /// In bytes.
  var size: Int
  var isSigned: Bool

  /// Element `index` of `count` of an array.
  func element(_ index: Int, of count: Int) -> TracepointField {
    let size = size / count
    return TracepointField(offset: offset + index * size, size: size, isSigned: isSigned)
  }

  /// The number in `record`, sign-extended where it is signed; nil where the record is too short.
  @inline(__always)
  func number(_ record: UnsafeRawBufferPointer) -> UInt64? {
    guard offset + size <= record.count else { return nil }
    switch size {
    case 8: return record.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    case 4:
      let value = record.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return isSigned ? UInt64(bitPattern: Int64(Int32(bitPattern: value))) : UInt64(value)
    case 2: return UInt64(record.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    case 1: return UInt64(record[offset])
    default: return nil
    }
  }

  /// The bytes in `record`; nil where the record is too short.
  func bytes(_ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard offset + size <= record.count else { return nil }
    return UnsafeRawBufferPointer(rebasing: record[offset..<(offset + size)])
  }

  /// The text that a `__data_loc` field says is elsewhere in `record`, without its end.
  func text(_ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard size == 4, let location = number(record) else { return nil }
    let start = Int(location & 0xffff)
    let length = Int(location >> 16 & 0xffff)
    guard start + length <= record.count else { return nil }
    let bytes = record[start..<(start + length)]
    return UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0 })
  }
}
