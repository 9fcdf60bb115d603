import Foundation
import TestSupport
import Testing

/// Where `mle-player record` writes, before it touches the kernel.
@Suite struct RecordOutputTests {
  @Test func whatOthersWroteToStandardOutputStays() throws {
    let directory = try TemporaryDirectory()
    let before = [UInt8](repeating: 7, count: 4096)
    let file = try directory.write(before, to: "file")
    // It may not become longer than 8 blocks of 512 bytes.
    let script = "ulimit -f 8; exec \"$0\" record -o - --pid 1 >>\"$1\""
    let outcome = try Program(path: "/bin/sh").run(["-c", script, Program.player.path, file])
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("cannot be written (error 27); "), "\(outcome.errors)")
    #expect(try directory.read("file") == before)
  }

  @Test func aRecordingThatWaitsForItsReaderCanBeEnded() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let run = try Program.player.start(["record", "-o", pipe, "--pid", "1"])
    let place = "/proc/\(run.processID)/"
    try eventually {
      let status = try String(contentsOfFile: place + "status", encoding: .utf8)
      let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
      let mask = caught.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
      let waits = try String(contentsOfFile: place + "wchan", encoding: .utf8)
      return mask & 1 << UInt64(SIGTERM - 1) != 0 && waits.contains("partner")
    }
    run.send(SIGTERM)
    let outcome = try run.wait()
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.errors.contains("\(pipe): nobody reads from it; "))
  }

  /// Whether it waits for a parent that does not ask.
  private func hasEnded(_ process: Int32) -> Bool {
    let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    return stat.contains(") Z ")
  }

  /// One signal must do, whether it comes while a block is being written or in between.
  @Test(.enabled(if: WatchedPlayer.isPossible, "needs root and tracepoints"))
  func aRecordingWhoseReaderDoesNotReadCanBeEnded() throws {
    let directory = try TemporaryDirectory()
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    let run = try Program.player.start(
      ["record", "-o", pipe, "--exec", Program.liveChild.path, "work", "0"])
    eventually {
      (try? String(contentsOfFile: "/proc/\(run.processID)/wchan", encoding: .utf8))?
        .contains("pipe_write") == true
    }
    let children = "/proc/\(run.processID)/task/\(run.processID)/children"
    let child = try #require(
      Int32(try String(contentsOfFile: children, encoding: .utf8).split(separator: " ").first ?? "")
    )
    run.send(SIGTERM)
    let outcome = try run.wait()
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.errors.contains("was ended by a signal while its reader did not read"))
    // The program that was started has ended, too.
    #expect(eventually(within: 10) { kill(child, 0) != 0 || hasEnded(child) })
    kill(child, SIGKILL)
  }

  /// What it says goes nowhere then, and never into a capture that got the number.
  @Test func aMessageWithoutStandardErrorIsInNoFile() throws {
    let directory = try TemporaryDirectory()
    let arguments = ["record", "-o", directory.file("a.mlt"), "--pid", "2147483647"]
    let outcome = try Program.player.run(arguments, errors: .closed)
    #expect([66, 69, 70, 77].contains(outcome.status))
    #expect(try directory.names() == [])
  }
}
