import ArgumentParser
import Foundation
import TraceData

/// How an error is told and which status the process ends with: the one place for all commands.
enum Failure {
  /// The statuses of `sysexits.h` that the tools use.
  enum Status: Int32 {
    case usage = 64
    case badData = 65
    case noInput = 66
    case inputOutput = 74
  }

  /// One line on stderr, `mle-trainer: FILE: fact; what to do`, and the error's status.
  ///
  /// Errors of the command line's parser are told by the parser, with its status for usage.
  static func exit(_ error: any Error, of tool: (some ParsableCommand).Type) -> Never {
    guard let status = status(of: error) else { tool.exit(withError: error) }
    let line = "\(tool.configuration.commandName ?? "mle-trainer"): \(error)\n"
    FileHandle.standardError.write(Data(line.utf8))
    Foundation.exit(status.rawValue)
  }

  /// Nil for the parser's own errors.
  static func status(of error: any Error) -> Status? {
    switch error {
    case is UsageError: .usage
    case let error as TraceDataError: status(ofTraces: error)
    case let error as HDF5Error: status(ofFile: error)
    default: nil
    }
  }

  private static func status(ofTraces error: TraceDataError) -> Status {
    switch error {
    case .hdf5(let error): status(ofFile: error)
    case .missingInput, .emptyInput: .noInput
    case .system, .missingUnpacker: .inputOutput
    case .notTraces, .unsupportedVersion, .brokenRule, .damagedCompression, .badLine,
      .conflictingName:
      .badData
    }
  }

  private static func status(ofFile error: HDF5Error) -> Status {
    switch error.fault {
    case .fileMissing, .fileEmpty: .noInput
    case .system, .writeFailed: .inputOutput
    case .isDirectory, .notHDF5, .unreadable, .objectMissing, .wrongKind, .wrongType, .wrongShape,
      .valueOutOfRange, .notUTF8, .missingFilter, .implausibleSize:
      .badData
    }
  }
}

/// Arguments that make no sense for the files they name.
struct UsageError: Error, CustomStringConvertible {
  /// *file: fact; what to do*.
  let description: String

  init(_ description: String) { self.description = description }
}
