import KernelTrace

/// Reads traces that are one file each, of numbers separated by white space, as ADFA-LD is.
///
/// Number n becomes the state `syscall_n` with id n + 1, because 0 is the unknown state. Sequences
/// have no time; their process and thread ids count from 1, their names are the files'.
public struct IntegerSequenceImporter: TraceImporter {
  private var sequenceCount: UInt32 = 0
  private var named: Set<UInt32> = []

  /// An importer that has numbered no sequence yet.
  public init() {}

  /// Reads one trace.
  ///
  /// - Throws: `.badLine` for what is no number, `.emptyInput`, and the errors of `source` and
  ///   `writer`.
  public mutating func importTraces(
    from source: ByteSource, into writer: TraceDatasetWriter
  ) throws {
    sequenceCount += 1
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    let sequence = writer.begin(
      SequenceEntry(pid: sequenceCount, tid: sequenceCount, name: name))
    let before = writer.eventCount
    var number: UInt64?
    var line = 1
    func endNumber() throws(TraceDataError) {
      guard let value = number else { return }
      number = nil
      guard value < UInt32.max else {
        throw .badLine(path: source.path, line: line, fact: "\(value) is over 4294967294")
      }
      let id = UInt32(value) + 1
      if named.insert(id).inserted {
        try writer.nameState(id, "syscall_\(value)", in: source.path)
      }
      try writer.append(id, at: 0, to: sequence)
    }
    try source.forEachChunk { bytes in
      for byte in bytes {
        switch byte {
        case 0x30...0x39:
          // Ten digits more than enough: a longer number stays too large without overflowing.
          number = min((number ?? 0) * 10 + UInt64(byte - 0x30), 1 << 40)
        case 0x20, 0x09, 0x0a, 0x0d:
          try endNumber()
          if byte == 0x0a { line += 1 }
        default:
          throw TraceDataError.badLine(
            path: source.path, line: line, fact: "byte \(byte) is neither a digit nor white space")
        }
      }
    }
    try endNumber()
    if writer.eventCount == before { throw TraceDataError.emptyInput(path: source.path) }
  }
}
