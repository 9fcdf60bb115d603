import Foundation
import TestSupport
import Testing

/// Where output cannot go, the program says so and ends with the status for it.
@Suite struct OutputTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  /// Everything that prints its result on standard output.
  struct Printer: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let program: Program
    let arguments: @Sendable (Pipeline) -> [String]
  }

  static let printers = [
    Printer(testDescription: "player score", program: .player) {
      ["score", $0.model, $0.capture, "--scores"]
    },
    Printer(testDescription: "player digest", program: .player) {
      ["score", $0.model, $0.textTrace, "--digest"]
    },
    Printer(testDescription: "player info", program: .player) { ["info", $0.model] },
    Printer(testDescription: "player help", program: .player) { _ in ["--help"] },
    Printer(testDescription: "capture --text", program: .trainer) {
      ["capture", $0.data, "--text"]
    },
    Printer(testDescription: "info", program: .trainer) { ["info", $0.data] },
    Printer(testDescription: "evaluate", program: .trainer) {
      ["evaluate", $0.model, "--normal", $0.rest]
    },
    Printer(testDescription: "inspect", program: .exporter) { ["inspect", $0.model] },
    Printer(testDescription: "inspect --json", program: .exporter) {
      ["inspect", $0.model, "--json"]
    },
    Printer(testDescription: "verify", program: .exporter) { ["verify", $0.model] },
  ]

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private func fail(_ printer: Printer, _ output: Program.Sink) throws {
    let outcome = try printer.program.run(printer.arguments(files), output: output)
    #expect(outcome.status == 74, "signal \(outcome.signal ?? 0): \(outcome.errors)")
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(": standard output: "), "\(outcome.errors)")
    if printer.program.path != Program.player.path {
      #expect(outcome.errors.contains("make room or keep its reader running"), "\(outcome.errors)")
    }
  }

  @Test(arguments: printers) func aReaderThatWentAwayIsAnError(printer: Printer) throws {
    try fail(printer, .brokenPipe)
  }

  @Test(arguments: printers) func aFullDiskIsAnError(printer: Printer) throws {
    try fail(printer, .file("/dev/full"))
  }

  @Test(arguments: printers) func aClosedOutputIsAnError(printer: Printer) throws {
    try fail(printer, .closed)
  }

  /// Nobody hears of the progress any more, and the work goes on.
  @Test(arguments: [Program.Sink.brokenPipe, .closed, .file("/dev/full")])
  func lostDiagnosticsDoNotStopTheWork(errors: Program.Sink) throws {
    let (data, checkpoint) = (directory.file("data.h5"), directory.file("c.h5"))
    let commands: [(Program, [String])] = [
      (.trainer, ["import", files.recording, "-o", data, "--label", "normal"]),
      (.trainer, ["train", data, "-o", checkpoint, "--epochs", "2"] + Pipeline.network),
      (.exporter, [checkpoint, "--calibrate", data, "-o", directory.file("m.mle")]),
      (.player, ["score", directory.file("m.mle"), files.capture]),
    ]
    for (program, arguments) in commands {
      let outcome = try program.run(arguments, errors: errors)
      #expect(outcome.status == 0, "\(arguments): \(outcome)")
    }
    // Nor does anything else that is printed end up in what is written.
    #expect(try directory.read("data.h5") == Fixture.bytes(at: files.data))
    let failure = try Program.trainer.run(["info", directory.file("none")], errors: errors)
    #expect(failure.status == 66)
  }

  @Test func aFileThatCannotBeMadeIsAnError() throws {
    let commands: [(Program, [String])] = [
      (.trainer, ["import", files.recording, "-o"]),
      (.trainer, ["capture", files.data, "-o"]),
      (.trainer, ["train", files.first, "--quiet", "--epochs", "1"] + Pipeline.network + ["-o"]),
      (.trainer, ["split", files.data, "--at", "0.5", "--first", directory.file("a"), "--rest"]),
      (.exporter, [files.checkpoint, "--calibrate", files.first, "-o"]),
    ]
    let file = try directory.write([1], to: "file")
    for (program, arguments) in commands {
      for place in [directory.file("none") + "/out", file + "/out", "/proc/out"] {
        try program.refuse(arguments + [place], status: 74, saying: place)
      }
    }
    #expect(try directory.names().filter { $0 != "a" } == ["file"])
  }

  @Test func aDataSetThatCannotBeMadeIsKnownBeforeAnythingIsRead() throws {
    try Program.trainer.refuse(
      ["import", "-", "--format", "integers", "-o", directory.file("none") + "/out"], status: 74,
      saying: "/none/out: No such file or directory; ", input: .text("no number"))
  }

  @Test func aPlotThatCannotBeMadeIsKnownBeforeAnythingIsScored() throws {
    // Reading the data would tell that they end before.
    try Program.trainer.refuse(
      ["plot", files.model, files.data, "--from", "1e8", "-o", directory.file("none") + "/out"],
      status: 74, saying: "/none/out: No such file or directory; ")
  }

  @Test func aBlobThatCannotBeMadeIsKnownBeforeAnythingIsScored() throws {
    // Scoring would tell that no sequence is as long as the window.
    try Program.exporter.refuse(
      [
        files.checkpoint, "--calibrate", files.first, "--window", "4096", "-o",
        directory.file("none") + "/out",
      ], status: 74, saying: "/none/out: No such file or directory; ")
  }

  @Test func theHeaderStaysWhereTheCFileCannotBeMade() throws {
    let header = try directory.write("before".utf8, to: "m.h")
    #expect(mkdir(directory.file("m.c"), 0o700) == 0)
    try Program.exporter.refuse(
      ["emit-c", files.model, "-o", directory.file("m.c")], status: 74,
      saying: "/m.c: is a directory; name a file")
    #expect(try Fixture.bytes(at: header) == Array("before".utf8))
  }

  /// It would be made under another name.
  @Test func aNameThatIsNotUTF8IsRefused() throws {
    for program in [Program.trainer, .exporter] {
      let outcome = try Program(path: "/bin/sh").run(
        ["-c", "exec \"$0\" x \"$(printf '\\377')\"", program.path])
      #expect(outcome.status == 64)
      #expect(outcome.errors.hasSuffix(": argument 2: is not UTF-8; rename the file\n"))
    }
    let traces = directory.file("traces")
    #expect(mkdir(traces, 0o700) == 0)
    let name = [UInt8(ascii: "/"), 0xff, 0].map { CChar(truncatingIfNeeded: $0) }
    let descriptor = open(traces.utf8CString.dropLast() + name, O_WRONLY | O_CREAT, 0o600)
    #expect(close(descriptor) == 0)
    try Program.trainer.refuse(
      ["import", traces, "-o", directory.file("a.h5")], status: 66,
      saying: ": no such file; check the path")
  }

  @Test func anOutputWithoutANameIsKnownBeforeAnythingIsDone() throws {
    try Program.trainer.refuse(
      ["train", files.first, "-o", "", "--quiet"], status: 74,
      saying: ": No such file or directory; ")
  }

  @Test func theTrainersLogThatCannotBeMadeIsAnError() throws {
    let arguments = [
      "train", files.first, "-o", directory.file("c.h5"), "--quiet", "--epochs", "1",
    ]
    try Program.trainer.refuse(
      arguments + Pipeline.network + ["--log", directory.file("none") + "/log"], status: 74,
      saying: "/log")
  }
}
