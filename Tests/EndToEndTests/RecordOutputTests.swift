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
    try eventually {
      run.send(SIGTERM)
      return !run.isAlive()
    }
    let outcome = try run.wait()
    // The first one may come before it is minded.
    #expect(outcome.status == 74 || outcome.signal == SIGTERM, "\(outcome)")
    if outcome.status == 74 { #expect(outcome.errors.contains("\(pipe): nobody reads from it; ")) }
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
