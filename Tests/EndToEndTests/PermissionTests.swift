import Foundation
import TestSupport
import Testing

/// A file that may not be read ends a tool with the status for it, whatever kind of file it is.
@Suite struct PermissionTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  /// Root reads everything unless it gives that up.
  private func run(_ program: Program, _ arguments: [String]) throws -> Program.Outcome {
    guard geteuid() == 0 else { return try program.run(arguments) }
    let rights = ["--bounding-set=-dac_override,-dac_read_search"]
    return try Program(path: "/usr/bin/setpriv").run(rights + [program.path] + arguments)
  }

  @Test func whatMayNotBeReadIsAMatterOfPermission() throws {
    let closed = try directory.write(Fixture.bytes(at: files.data), to: "closed")
    #expect(chmod(closed, 0) == 0)
    let output = directory.file("out")
    let commands: [(Program, [String])] = [
      (.trainer, ["info", closed]), (.trainer, ["import", closed, "-o", output]),
      (.trainer, ["train", closed, "-o", output]),
      (.trainer, ["train", files.first, "-o", closed, "--resume"]),
      (.trainer, ["evaluate", closed, "--normal", files.rest]),
      (.exporter, [closed, "--calibrate", files.first, "-o", output]),
      (.exporter, ["inspect", closed]),
    ]
    for (program, arguments) in commands {
      let outcome = try run(program, arguments)
      #expect(outcome.status == 77, "\(arguments): \(outcome)")
      #expect(outcome.errors.contains(closed), "\(outcome.errors)")
      #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    }
  }

  @Test func whatIsInADirectoryThatMayNotBeEnteredIsAMatterOfPermission() throws {
    let closed = directory.file("closed")
    #expect(mkdir(closed, 0o700) == 0)
    _ = try directory.write("1 2 3".utf8, to: "closed/trace")
    for (mode, inputs) in [(0o000, [closed, closed + "/trace"]), (0o400, [closed])] {
      #expect(chmod(closed, mode_t(mode)) == 0)
      for input in inputs {
        let outcome = try run(.trainer, ["import", input, "-o", directory.file("out")])
        #expect(outcome.status == 77, "\(input): \(outcome)")
        #expect(outcome.errors.contains("Permission denied; "), "\(outcome.errors)")
      }
    }
    #expect(chmod(closed, 0o700) == 0)
  }

  @Test func whereNothingMayBeMadeIsAMatterOfPermission() throws {
    let closed = directory.file("closed")
    #expect(mkdir(closed, 0o500) == 0)
    let log = closed + "/log"
    let commands: [(Program, [String])] = [
      (.trainer, ["import", files.recording, "-o", closed + "/out"]),
      (.trainer, ["capture", files.data, "-o", closed + "/out"]),
      (.trainer, ["train", files.first, "-o", directory.file("c"), "--quiet", "--log", log]),
      (.exporter, [files.checkpoint, "--calibrate", files.first, "-o", closed + "/out"]),
    ]
    for (program, arguments) in commands {
      let outcome = try run(program, arguments)
      #expect(outcome.status == 77, "\(arguments): \(outcome)")
    }
  }
}
