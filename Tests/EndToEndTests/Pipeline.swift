import Foundation
import TestSupport
import Testing
import TraceData

/// A recording on its whole way to a detector, gone once for all tests.
struct Pipeline: Sendable {
  private let directory: TemporaryDirectory
  private static let made = Result {
    let pipeline = try Pipeline()
    atexit { try? FileManager.default.removeItem(atPath: Pipeline.madePath) }
    return pipeline
  }
  private static var madePath: String { (try? made.get())?.directory.path ?? "" }

  /// The files that are there, made by the first test that asks.
  static func get() throws -> Pipeline { try made.get() }

  /// A network so small that it trains in an instant.
  static let network = [
    "--channels", "6", "--dilations", "1,2", "--seed", "3", "--batch-tokens", "60",
    "--segment-length", "60", "--learning-rate", "0.02", "--held-out", "0",
  ]

  var recording: String { Fixture.path("busybox-httpd.recording.txt") }
  var data: String { directory.file("all.h5") }
  var first: String { directory.file("first.h5") }
  var rest: String { directory.file("rest.h5") }
  var checkpoint: String { directory.file("model.ckpt.h5") }
  var model: String { directory.file("model.mle") }
  var capture: String { directory.file("all.mlt") }
  var textTrace: String { directory.file("all.txt") }

  private init() throws {
    directory = try TemporaryDirectory()
    try Program.trainer.succeed(["import", recording, "-o", data, "--label", "normal"])
    try Program.trainer.succeed(["split", data, "--at", "0.7", "--first", first, "--rest", rest])
    try Program.trainer.succeed(
      ["train", first, "-o", checkpoint, "--epochs", "8", "--threads", "1"] + Self.network)
    // So low a threshold that there is something to see.
    try Program.exporter.succeed(
      [checkpoint, "--calibrate", first, "-o", model, "--window", "8", "--rule", "max:0.7"])
    try Program.trainer.succeed(["capture", data, "-o", capture])
    let text = try Program.trainer.succeed(["capture", data, "--text"])
    try Data(text.output).write(to: URL(fileURLWithPath: textTrace))
  }

  /// Labels two stretches of the recording as attacks, of the kinds early and late, in a data set in
  /// `directory`.
  func labelled(in directory: TemporaryDirectory) throws -> String {
    let dataset = try TraceDataset(path: data)
    let times = try dataset.times(in: 0..<dataset.eventCount).sorted()
    let labels = try directory.write(
      """
      # kind run start end
      early 1 \(times[0]) \(times[40])
      late 1 \(times[200]) \(times[times.count - 1])
      """.utf8, to: "labels.txt")
    let labelled = directory.file("labelled.h5")
    try Program.trainer.succeed(["import", recording, "-o", labelled, "--labels", labels])
    return labelled
  }
}

/// Files that are committed beside the tests.
enum Fixture {
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures/" + name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] { try bytes(at: path(name)) }

  static func bytes(at path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// What a program did other than expected.
struct UnexpectedEnd: Error, CustomStringConvertible {
  let command: [String]
  let outcome: Program.Outcome

  var description: String {
    let end = outcome.status.map { "exits with \($0)" } ?? "ends by signal \(outcome.signal ?? 0)"
    return "\(command.joined(separator: " ")) \(end): \(outcome.errors)"
  }
}

extension Program {
  /// Runs a step that other steps need.
  ///
  /// - Throws: where it does not end well.
  @discardableResult
  func succeed(_ arguments: [String], input: Input = .nothing) throws -> Outcome {
    let outcome = try run(arguments, input: input)
    guard outcome.status == 0 else {
      throw UnexpectedEnd(command: [path] + arguments, outcome: outcome)
    }
    return outcome
  }

  /// Runs a command that must end with `status` and say why in one line: *program: fact; what to do*.
  @discardableResult
  func refuse(
    _ arguments: [String], status: Int32, saying fact: String, input: Input = .nothing,
    output: Sink = .captured, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try run(arguments, input: input, output: output)
    let command = ([URL(fileURLWithPath: path).lastPathComponent] + arguments)
      .joined(separator: " ")
    let comment = Comment(rawValue: "\(command): \(outcome.errors)")
    #expect(outcome.status == status, comment, sourceLocation: sourceLocation)
    #expect(outcome.errorLines.count == 1, comment, sourceLocation: sourceLocation)
    #expect(outcome.errors.hasSuffix("\n"), comment, sourceLocation: sourceLocation)
    let program = URL(fileURLWithPath: path).lastPathComponent
    #expect(outcome.errors.hasPrefix(program + ": "), comment, sourceLocation: sourceLocation)
    #expect(outcome.errors.contains(fact), comment, sourceLocation: sourceLocation)
    #expect(outcome.errors.contains("; "), comment, sourceLocation: sourceLocation)
    return outcome
  }
}

/// A JSON object from a line that a program printed.
func object(_ line: some StringProtocol) throws -> [String: Any] {
  try #require(
    JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line) is no object")
}
