import ArgumentParser
import CommandSupport
import TraceData

/// What an import can read.
enum TraceFormat: String, CaseIterable, ExpressibleByArgument {
  case recording, integers, capture, text

  /// Tells a format by an input's first bytes.
  ///
  /// - Throws: `UsageError` where it is none that is known, `FileError` for a data set, `TraceDataError`.
  init(of source: ByteSource) throws {
    let length = 4096
    let start = try source.peek(length)
    if start.isEmpty { throw TraceDataError.emptyInput(path: source.path) }
    let line = start.prefix { $0 != 0x0a }
    let likeness = TextTraceImporter.likeness(of: start, isWhole: start.count < length)
    if likeness == .numbers {
      throw UsageError(
        "\(source.path): its lines of numbers may be sequences or records of processes; say which with"
          + " --format integers or --format text")
    }
    if start.starts(with: HDF5File.signature) {
      throw FileError(source.path, .badData, "is an HDF5 file; name what was recorded")
    }
    if start[0] == 0x89 {
      self = .capture
    } else if likeness == .certain {
      self = .text
    } else if line.allSatisfy({ Self.isBlank($0) || (0x30...0x39).contains($0) }) {
      self = .integers
    } else if line.split(whereSeparator: Self.isBlank).count >= 15 {
      self = .recording
    } else {
      throw UsageError("\(source.path): the kind of trace is not known; say it with --format")
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  func makeImporter() -> any TraceImporter {
    switch self {
    case .recording: RecordingTraceImporter()
    case .integers: IntegerSequenceImporter()
    case .text: TextTraceImporter()
    case .capture:
      CaptureImporter { path, offset in
        Diagnostics.warn(
          tool: "mle-trainer",
          "\(path): is cut off at byte \(offset); all whole blocks before it are imported")
      }
    }
  }
}
