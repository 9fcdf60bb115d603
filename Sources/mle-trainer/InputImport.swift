import CommandSupport
import TraceData

/// Imports inputs one after the other into one data set, but text after all others: only then is it known
/// which of its states, that have only names, others have ids for.
///
/// Threads live as long as their input, and from file to file of a capture that was recorded into several.
final class InputImport {
  /// The first input of which no event had a time.
  private(set) var timeless: String?
  private let writer: TraceDatasetWriter
  private let format: TraceFormat?
  private var importers: [TraceFormat: any TraceImporter] = [:]
  private var latest: Input?
  private var texts: [(path: String, source: ByteSource?)] = []
  private var progress = ProgressLine()

  /// What was read last, whose threads may still live.
  private struct Input {
    let firstFile: String
    var lastFile: String
    let format: TraceFormat
    let eventsBefore: Int
  }

  /// - Parameter format: what all inputs are; nil: each is what its content says.
  init(into writer: TraceDatasetWriter, format: TraceFormat?) {
    self.writer = writer
    self.format = format
  }

  /// Imports all of a file, or of the standard input; text where the format was not given waits.
  ///
  /// - Throws: `UsageError` and `FileError` where its content says no format, `TraceDataError`, and what the
  ///   format's importer throws.
  func add(_ path: String) throws {
    let source = try ByteSource(path: path)
    if let format { return try add(source, format) }
    let format = try TraceFormat(of: source)
    if format == .text {
      // A pipe's first bytes cannot be read again; of files there may be more than can be open.
      texts.append((path, InputFiles.isRegular(path) ? nil : source))
    } else {
      try add(source, format)
    }
  }

  /// Imports what waits and ends the last input.
  ///
  /// - Throws: as `add`; `.emptyInput` where the last input had no event.
  func finish() throws {
    for text in texts { try add(text.source ?? ByteSource(path: text.path), .text) }
    texts = []
    try endInput()
  }

  private func add(_ source: ByteSource, _ format: TraceFormat) throws {
    defer { progress.clear() }
    try begin(source.path, format)
    // Held by itself, it would hold the output beyond the end.
    source.progress = { [unowned self, unowned source] in
      progress.show { "\(source.path): \(source.bytesRead >> 20) MB, \(writer.eventCount) events" }
    }
    var importer = importers[format] ?? format.makeImporter()
    do {
      try importer.importTraces(from: source, into: writer)
    } catch TraceDataError.emptyInput where format == .capture {
      // Nothing happened until the recording's next file was begun, if there is one.
    }
    importers[format] = importer
  }

  private func endInput() throws {
    guard let input = latest else { return }
    latest = nil
    guard writer.eventCount > input.eventsBefore else {
      throw TraceDataError.emptyInput(path: input.firstFile)
    }
    if !writer.endInput() { timeless = timeless ?? input.firstFile }
  }

  private func begin(_ path: String, _ format: TraceFormat) throws {
    if let last = latest, last.format == .capture, format == .capture,
      CaptureName.isFollowed(last.lastFile, by: path)
    {
      latest?.lastFile = path
      return
    }
    try endInput()
    latest = Input(
      firstFile: path, lastFile: path, format: format, eventsBefore: writer.eventCount)
  }
}
