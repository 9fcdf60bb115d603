/// The fields of a line, separated by spaces and tabs.
struct LineFields {
  struct Field {
    let bytes: UnsafeRawBufferPointer
    /// In bytes, the first one is 1.
    let column: Int

    var isDigits: Bool { bytes.allSatisfy(Self.isDigit) }
    var beginsWithDigit: Bool { bytes.first.map(Self.isDigit) ?? false }

    private static func isDigit(_ byte: UInt8) -> Bool {
      UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
    }
  }

  private let line: UnsafeRawBufferPointer
  private var position = 0

  init(_ line: UnsafeRawBufferPointer) { self.line = line }

  mutating func next() -> Field? {
    while position < line.count && Self.isBlank(line[position]) { position += 1 }
    let start = position
    while position < line.count && !Self.isBlank(line[position]) { position += 1 }
    if position == start { return nil }
    return Field(bytes: UnsafeRawBufferPointer(rebasing: line[start..<position]), column: start + 1)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  mutating func required(_ name: TraceTextError.Field) throws(TraceTextError) -> Field {
    guard let field = next() else { throw .missing(name) }
    return field
  }

  /// Throws where there is one more field.
  mutating func end() throws(TraceTextError) {
    if let field = next() { throw .unexpectedField(column: field.column) }
  }

  mutating func thread(
    _ pid: TraceTextError.Field = .pid, _ tid: TraceTextError.Field = .tid
  ) throws(TraceTextError) -> ThreadID {
    try ThreadID(
      pid: required(pid).threadNumber(pid), tid: required(tid).threadNumber(tid))
  }

  /// The last field, 0 where it is missing.
  mutating func time() throws(TraceTextError) -> UInt64 {
    guard let field = next() else { return 0 }
    let time = try field.number(.time, in: 0...UInt64.max)
    try end()
    return time
  }
}

extension LineFields.Field {
  func threadNumber(_ name: TraceTextError.Field) throws(TraceTextError) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(name, in: 1...UInt64(UInt32.max)))
  }

  func number(
    _ name: TraceTextError.Field, in range: ClosedRange<UInt64>
  ) throws(TraceTextError) -> UInt64 {
    guard isDigits else { throw .notANumber(name, column: column) }
    var value: UInt64 = 0
    for byte in bytes {
      let (tens, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if overflows || overflowsToo { throw .outOfRange(name, column: column) }
      value = sum
    }
    guard range.contains(value) else { throw .outOfRange(name, column: column) }
    return value
  }
}
