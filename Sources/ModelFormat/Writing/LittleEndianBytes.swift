/// Building a file in memory, number by number.
extension [UInt8] {
  mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  mutating func store(_ number: some FixedWidthInteger, at offset: Int) {
    Swift.withUnsafeBytes(of: number.littleEndian) { bytes in
      for index in bytes.indices { self[offset + index] = bytes[index] }
    }
  }

  /// Adds zeros.
  mutating func pad(toMultipleOf multiple: Int) {
    append(
      contentsOf: repeatElement(0, count: BlobLayout.roundUp(count, to: multiple) - count))
  }
}
