import ArgumentParser
import Checkpoints
import Evaluation
import Foundation
import ModelFormat
import TraceData

/// How an error is told and which status a tool ends with: the one place for all commands.
public enum Failure {
  /// Runs a tool; an error is one line on stderr, `tool: FILE: fact; what to do`, and its status.
  ///
  /// Errors of the command line's parser are told by the parser, with its status for usage.
  public static func run(_ tool: (some ParsableCommand).Type) {
    StandardStreams.prepare()
    UnfinishedFile.removeAllOnSignals()
    do {
      try checkArguments()
      var command = try tool.parseAsRoot()
      try command.run()
      try StandardStreams.finish()
    } catch {
      guard let status = ExitStatus(of: error) else { tool.exit(withError: error) }
      Diagnostics.say(tool: tool.configuration.commandName ?? "mle", "\(error)")
      exit(status.rawValue)
    }
  }

  /// What is not UTF-8 would be read as another name, also that of an output.
  private static func checkArguments() throws(UsageError) {
    for place in 1..<max(1, Int(CommandLine.argc)) {
      if let argument = CommandLine.unsafeArgv[place], String(validatingCString: argument) == nil {
        throw UsageError("argument \(place): is not UTF-8; rename the file")
      }
    }
  }
}

/// The statuses of `sysexits.h` that the tools use.
public enum ExitStatus: Int32, Sendable {
  case usage = 64
  case badData = 65
  case noInput = 66
  case software = 70
  case inputOutput = 74
  case noPermission = 77

  /// That of a call to the operating system which failed with the `errno` `code`.
  public init(code: Int32) {
    self = code == EACCES || code == EPERM ? .noPermission : .inputOutput
  }

  /// Nil for the parser's own errors.
  public init?(of error: any Error) {
    switch error {
    case let error as any ReportedError: self = error.status
    case is ThresholdError: self = .usage
    case let error as TraceDataError: self.init(of: error)
    case let error as HDF5Error: self.init(of: error)
    case let error as CheckpointError: self.init(of: error)
    case is RecordingError, is ModelFormatError, is NothingToCalibrate, is TooManyThreads,
      is PrecisionLoss, is CalibrationFileError:
      self = .badData
    default: return nil
    }
  }

  private init(of error: TraceDataError) {
    switch error {
    case .hdf5(let error): self.init(of: error)
    case .missingInput, .emptyInput: self = .noInput
    case .system(_, _, let code): self.init(code: code)
    case .missingUnpacker: self = .inputOutput
    case .packedStandardInput, .emptyPart, .notTraces, .unsupportedVersion, .brokenRule,
      .damagedCompression, .badLine, .badRecord, .badCapture, .conflictingName:
      self = .badData
    }
  }

  private init(of error: HDF5Error) {
    switch error.fault {
    case .fileMissing, .fileEmpty, .isDirectory: self = .noInput
    case .system(let error): self.init(code: error.code)
    case .writeFailed: self = .inputOutput
    default: self = .badData
    }
  }

  private init(of error: CheckpointError) {
    if case .hdf5(let error) = error.fault { self.init(of: error) } else { self = .badData }
  }
}

/// An error that knows how its process ends; its description is *file: fact; what to do*.
public protocol ReportedError: Error, CustomStringConvertible {
  /// What the process ends with.
  var status: ExitStatus { get }
}

/// Arguments that make no sense for the files they name.
public struct UsageError: ReportedError {
  /// The command line has to change.
  public var status: ExitStatus { .usage }
  /// *file: fact; what to do*.
  public let description: String

  /// - Parameter description: *file: fact; what to do*.
  public init(_ description: String) { self.description = description }
}

/// A file that cannot be used.
public struct FileError: ReportedError {
  /// What the process ends with.
  public let status: ExitStatus
  /// *file: fact; what to do*.
  public let description: String

  /// - Parameter fact: *fact; what to do*.
  public init(_ path: String, _ status: ExitStatus, _ fact: String) {
    self.status = status
    description = "\(path): \(fact)"
  }

  /// A file that the operating system refused.
  public init(_ path: String, _ error: SystemCallError) {
    self.init(path, ExitStatus(code: error.code), "\(error)")
  }
}
