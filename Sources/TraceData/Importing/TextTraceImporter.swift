import KernelTrace

/// Reads lines of the text protocol, `docs/capture-format.md`.
///
/// A state that a line names gets an id from 2^31 on, or the one under which it is known already; one
/// that is an id keeps it and is called `state_ID`.
public struct TextTraceImporter: TraceImporter {
  /// An importer of lines of text.
  public init() {}

  /// Reads one text.
  ///
  /// - Throws: `.badRecord`, `.conflictingName` for an id that a name got before, `.emptyInput`, and the
  ///   errors of `source` and `writer`.
  public mutating func importTraces(
    from source: ByteSource, into writer: TraceDatasetWriter
  ) throws {
    let before = writer.eventCount
    var reader = LineReader()
    try source.forEachChunk { chunk in
      var rest = chunk
      while let line = try Self.next(&reader, &rest, source.path) {
        try Self.add(line, reader.lineNumber, source.path, to: writer)
      }
    }
    if let line = reader.last() {
      try Self.add(line, reader.lineNumber, source.path, to: writer)
    }
    if writer.eventCount == before { throw TraceDataError.emptyInput(path: source.path) }
  }

  private static func next(
    _ reader: inout LineReader, _ rest: inout UnsafeRawBufferPointer, _ path: String
  ) throws(TraceDataError) -> UnsafeRawBufferPointer? {
    do throws(TraceTextError) {
      return try reader.next(&rest)
    } catch { throw .badRecord(path: path, line: reader.lineNumber, error) }
  }

  private static func add(
    _ bytes: UnsafeRawBufferPointer, _ number: UInt64, _ path: String, to writer: TraceDatasetWriter
  ) throws(TraceDataError) {
    let line: TraceLine
    do throws(TraceTextError) {
      line = try TraceLine(parsing: bytes)
    } catch { throw .badRecord(path: path, line: number, error) }
    switch line {
    case .blank: break
    case .record(let record):
      if case .event(let event) = record, writer.isMade(event.state) {
        throw .conflictingName(path: path, name: "state_\(event.state)", id: event.state)
      }
      try writer.add(record)
    case .namedEvent(let thread, let name, let time):
      let state = writer.id(ofStateNamed: String(decoding: name, as: UTF8.self))
      try writer.add(.event(TraceEvent(thread: thread, state: state, time: time)))
    }
  }
}

extension TextTraceImporter {
  /// How much the start of an input is like the text protocol.
  public enum Likeness: Equatable, Sendable {
    /// It has a line that is no record, hardly any line, or a word behind numbers.
    case none
    /// All lines are records, and all are nothing but numbers: it may be something else.
    case numbers
    /// It begins with a word where only the text protocol has one, or has a record that is no event.
    case certain
  }

  /// - Parameters:
  ///   - start: the first bytes of an input.
  ///   - isWhole: whether there are no more.
  public static func likeness(of start: [UInt8], isWhole: Bool) -> Likeness {
    var lines = start.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if !isWhole { lines.removeLast() }
    var numbers = 0
    for line in lines {
      switch line.withUnsafeBytes({ try? TraceLine(parsing: $0) }) {
      case nil: return .none
      case .blank: break
      case .record(.event): numbers += 1
      case .namedEvent where numbers > 0:
        // As likely a mistake in a sequence of numbers.
        return .none
      case .namedEvent, .record: return .certain
      }
    }
    return numbers > 1 ? .numbers : .none
  }
}
