import Foundation

/// One of the package's programs, to be run as a process of its own.
public struct Program: Sendable {
  /// Where it is.
  public let path: String

  /// `mle-trainer` of this build.
  public static let trainer = Program(built: "mle-trainer")
  /// `mle-export` of this build.
  public static let exporter = Program(built: "mle-export")
  /// `mle-player` of this build.
  public static let player = Program(built: "mle-player")
  /// `mle-player-embedded` of this build.
  public static let embeddedPlayer = Program(built: "mle-player-embedded")
  /// `mle-player-score` of this build.
  public static let scoringPlayer = Program(built: "mle-player-score")

  /// What makes known system calls.
  public static let liveChild = Program(built: "live-child")

  /// A program anywhere.
  public init(path: String) { self.path = path }

  /// The build puts programs beside the tests that run now.
  private init(built name: String) {
    let tests = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let directory = URL(fileURLWithPath: tests ?? CommandLine.arguments[0])
      .deletingLastPathComponent()
    path = directory.appendingPathComponent(name).path
  }

  /// What standard input is.
  public enum Input: Sendable {
    case nothing
    case file(String)
    case text(String)
  }

  /// Where standard output or standard error goes.
  public enum Sink: Sendable {
    case captured
    case file(String)
    /// No descriptor at all, as after `>&-`.
    case closed
    /// A pipe that nobody reads from any more.
    case brokenPipe
  }

  /// What became of a process.
  public struct Outcome: Sendable {
    /// What it exited with; nil where a signal ended it.
    public let status: Int32?
    /// The signal that ended it.
    public let signal: Int32?
    /// Its standard output, where that was captured.
    public let output: [UInt8]
    /// Its standard error, where that was captured.
    public let errors: String

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard output's lines.
    public var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// Standard error's lines.
    public var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// Starts the program; its process is ended when the result is dropped.
  ///
  /// - Throws: where it cannot be started.
  public func start(
    _ arguments: [String], input: Input = .nothing, output: Sink = .captured,
    errors: Sink = .captured
  ) throws -> RunningProgram {
    try RunningProgram(path, arguments, input, output, errors)
  }

  /// Runs the program to its end.
  ///
  /// - Throws: where it cannot be started or goes on for longer than the limit.
  public func run(
    _ arguments: [String], input: Input = .nothing, output: Sink = .captured,
    errors: Sink = .captured, timeLimitInSeconds: Double = 60
  ) throws -> Outcome {
    try start(arguments, input: input, output: output, errors: errors)
      .wait(timeLimitInSeconds: timeLimitInSeconds)
  }
}

/// Why a program did not run to its end.
public enum ProgramError: Error {
  case cannotStart(path: String, code: Int32)
  case timeLimitExceeded(path: String, seconds: Double, errors: String)
}
