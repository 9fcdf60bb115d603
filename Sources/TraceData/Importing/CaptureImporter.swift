import KernelTrace

/// Reads what a device recorded, `docs/capture-format.md`.
public struct CaptureImporter: TraceImporter {
  /// Called with a file that ends inside a block, and with the byte where it is cut off.
  public var reportCutOff: (_ path: String, _ offset: UInt64) -> Void

  /// An importer of captures.
  public init(reportCutOff: @escaping (_ path: String, _ offset: UInt64) -> Void) {
    self.reportCutOff = reportCutOff
  }

  /// Reads one capture, one that was cut off up to its last whole block.
  ///
  /// - Throws: `.badCapture`, `.emptyInput`, and the errors of `source` and `writer`.
  public mutating func importTraces(
    from source: ByteSource, into writer: TraceDatasetWriter
  ) throws {
    let before = writer.eventCount
    var reader = CaptureReader()
    try source.forEachChunk { chunk in
      var rest = chunk
      while let item = try Self.next(&reader, &rest, source.path) {
        switch item {
        case .stateName(let id, let name):
          try writer.nameState(id, String(decoding: name, as: UTF8.self), in: source.path)
        case .record(let record): try writer.add(record)
        }
      }
    }
    if case .cutOff(let offset) = reader.end { reportCutOff(source.path, offset) }
    if writer.eventCount == before { throw TraceDataError.emptyInput(path: source.path) }
  }

  private static func next(
    _ reader: inout CaptureReader, _ rest: inout UnsafeRawBufferPointer, _ path: String
  ) throws(TraceDataError) -> CaptureItem? {
    do throws(CaptureError) {
      return try reader.next(&rest)
    } catch { throw .badCapture(path: path, error) }
  }
}
