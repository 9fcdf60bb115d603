/// Turns the bytes of one kind of input into records of a data set.
public protocol TraceImporter {
  /// Reads all of `source` into `writer`.
  ///
  /// - Throws: `TraceDataError`, or the importer's own error.
  mutating func importTraces(from source: ByteSource, into writer: TraceDatasetWriter) throws
}
