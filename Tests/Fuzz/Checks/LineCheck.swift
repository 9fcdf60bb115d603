import KernelTrace

/// Any text gives records or errors, the same whatever pieces it comes in; a record written as a
/// line reads the same.
enum LineCheck {
  private enum Line: Equatable {
    case blank(UInt64)
    case record(TraceRecord, line: UInt64)
    case named(ThreadID, name: [UInt8], time: UInt64, line: UInt64)
    case error(TraceTextError, line: UInt64)
  }

  static func check(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
    let text = Array(bytes)
    let whole = read(text, pieceLength: max(text.count, 1))
    let length = 1 + text.count % 7
    try Violation.check(
      read(text, pieceLength: length) == whole, "pieces of \(length) bytes read the same")
    for line in whole { try checkWriting(of: line) }
  }

  /// Reading goes on after an error, as the reader says it may.
  private static func read(_ text: [UInt8], pieceLength: Int) -> [Line] {
    var lines: [Line] = []
    var reader = LineReader()
    for start in stride(from: 0, to: text.count, by: pieceLength) {
      let piece = Array(text[start..<min(start + pieceLength, text.count)])
      piece.withUnsafeBytes { bytes in
        var rest = bytes
        while let line = next(&rest, &reader) { lines.append(line) }
      }
    }
    if let last = reader.last() { lines.append(parse(last, reader.lineNumber)) }
    return lines
  }

  private static func next(
    _ rest: inout UnsafeRawBufferPointer, _ reader: inout LineReader
  ) -> Line? {
    do throws(TraceTextError) {
      guard let line = try reader.next(&rest) else { return nil }
      return parse(line, reader.lineNumber)
    } catch {
      return .error(error, line: reader.lineNumber)
    }
  }

  private static func parse(_ bytes: UnsafeRawBufferPointer, _ number: UInt64) -> Line {
    do throws(TraceTextError) {
      switch try TraceLine(parsing: bytes) {
      case .blank: return .blank(number)
      case .record(let record): return .record(record, line: number)
      case .namedEvent(let thread, let name, let time):
        return .named(thread, name: Array(name), time: time, line: number)
      }
    } catch {
      return .error(error, line: number)
    }
  }

  private static func checkWriting(of line: Line) throws(Violation) {
    var written: [UInt8] = []
    switch line {
    case .blank: return
    case .error(let error, _):
      try Violation.check(!error.message.text.isEmpty, "an error has a sentence")
      return
    case .record(let record, _): record.appendLine(to: &written)
    case .named(let thread, let name, let time, _):
      let event = TraceEvent(thread: thread, state: 0, time: time)
      name.withUnsafeBytes { TraceRecord.event(event).appendLine(to: &written, stateName: $0) }
    }
    let again = read(written, pieceLength: written.count)
    try Violation.check(again == [numbered(line, 1)], "what was written reads the same")
  }

  private static func numbered(_ line: Line, _ number: UInt64) -> Line {
    switch line {
    case .blank: .blank(number)
    case .record(let record, _): .record(record, line: number)
    case .named(let thread, let name, let time, _):
      .named(thread, name: name, time: time, line: number)
    case .error(let error, _): .error(error, line: number)
    }
  }
}
