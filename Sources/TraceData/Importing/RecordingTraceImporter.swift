/// Reads recordings of system calls, a joined call a line, as `docs/state-alphabet.md` describes.
public struct RecordingTraceImporter: TraceImporter {
  /// An importer of recordings.
  public init() {}

  /// Reads one recording.
  ///
  /// - Throws: `RecordingError` for a line that is no system call, `.emptyInput`, and the errors of
  ///   `source` and `writer`.
  public mutating func importTraces(
    from source: ByteSource, into writer: TraceDatasetWriter
  ) throws {
    let before = writer.eventCount
    var importer = RecordingImporter(
      file: source.path, nameState: { try writer.nameState($0, $1, in: source.path) },
      sink: { try writer.add($0) })
    try source.forEachChunk { try importer.feed($0) }
    try importer.finish()
    if writer.eventCount == before { throw TraceDataError.emptyInput(path: source.path) }
  }
}
