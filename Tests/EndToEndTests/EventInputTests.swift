import Foundation
import TestSupport
import Testing

/// What the player says to events that are damaged, cut off, unknown or not there.
@Suite struct EventInputTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private func score(_ text: String, _ options: String...) throws -> Program.Outcome {
    try Program.player.run(["score", files.model] + options, input: .text(text))
  }

  private func text() throws -> String {
    String(decoding: try Fixture.bytes(at: files.textTrace), as: UTF8.self)
  }

  // MARK: Text

  @Test(arguments: [1, 2, 7, 300]) func aLineOfGarbageIsNamedAfterAllBeforeItIsScored(
    line: Int
  ) throws {
    let lines = try text().split(separator: "\n")
    let before = lines[..<(line - 1)].map { $0 + "\n" }.joined()
    let garbage = before + "no such record\n" + lines[(line - 1)...].joined(separator: "\n")
    let path = try directory.write(garbage.utf8, to: "garbage.txt")
    let outcome = try Program.player.refuse(
      ["score", files.model, path, "--scores"], status: 65, saying: "\(path): line \(line): ")
    let expected = try score(before + "# an end that is right\n", "--scores")
    #expect(outcome.output == expected.output)
    if line == 300 { #expect(!outcome.output.isEmpty) }
  }

  @Test(arguments: [
    ("1 1", "ends before STATE"), ("1 1 read:ok x", "TIME in column 13 is not a number"),
    ("0 1 2 3", "PID in column 1 is out of range"), ("1 1 2 3 4", "column 9 is after"),
    ("4294967296 1 2", "PID in column 1 is out of range"), ("fork 1 1 2", "ends before CHILD_TID"),
    ("1 1 " + String(repeating: "x", count: 65), "STATE in column 5 has 65 bytes"),
    ("1 1 \u{7f}", "the byte 127"), (String(repeating: "1", count: 4097), "longer than 4096"),
    ("\u{0}", "column 1"),
  ]) func everyMistakeInALineIsNamed(line: String, fact: String) throws {
    try Program.player.refuse(
      ["score", files.model], status: 65, saying: fact, input: .text("1 1 1\n" + line + "\n"))
    try Program.player.refuse(
      ["score", files.model], status: 65, saying: "standard input: line 2: ",
      input: .text("1 1 1\n" + line))
  }

  @Test func statesThatTheBlobDoesNotKnowAreUnknown() throws {
    let outcome = try score(
      """
      1 1 never:seen:before 10
      1 1 4294967295 20
      1 1 unknown 30
      1 1 0 40

      """, "--scores")
    #expect(outcome.status == 0)
    let events = try outcome.lines.map { try object($0) }
    #expect(events.count == 4)
    for event in events {
      #expect(event["state"] as? String == "unknown")
      #expect(event["surprise"] as? Double == 27.631021)
    }
    #expect(outcome.errors.contains("4 events of 1 processes, 4 of an unknown state; 0 alarms"))
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "exec 1 1 sh\nexit 1 1\n"])
  func noEventAtAllIsNoInput(text: String) throws {
    let outcome = try Program.player.refuse(
      ["score", files.model, "--digest"], status: 66, saying: "holds no event", input: .text(text))
    #expect(outcome.output.isEmpty)
  }

  @Test func inputsThatCannotBeReadAreNoInput() throws {
    try Program.player.refuse(
      ["score", files.model, directory.file("none")], status: 66, saying: "does not exist")
    try Program.player.refuse(
      ["score", files.model, directory.path], status: 66, saying: "is a directory")
    let empty = try directory.write([], to: "empty.mlt")
    try Program.player.refuse(["score", files.model, empty], status: 66, saying: "holds no event")
  }

  @Test func lossesMarkTheWindowsTheyTouch() throws {
    // Unknown states: 27.6 nats each, so that the first full window is over any threshold.
    let events = (1...8).map { "1 1 new \($0)\n" }.joined()
    let whole = try object(try #require(score(events).lines.first))
    #expect(whole["lossy"] as? Bool == false)
    let lossy = try score("1 1 new 0\nlost 3 1 1\n" + events)
    #expect(try object(try #require(lossy.lines.first))["lossy"] as? Bool == true)
    #expect(lossy.errors.contains("3 records lost by the source"))
  }

  @Test func aVerdictNamesTheProcess() throws {
    let events = (1...8).map { "70000 70001 new \($0)\n" }.joined()
    let verdict = try object(
      try #require(score("exec 70000 70001 telnetd 5\n" + events).lines.first))
    #expect(verdict["pid"] as? Int == 70000)
    #expect(verdict["tid"] as? Int == 70001)
    #expect(verdict["name"] as? String == "telnetd")
    #expect(verdict["time_ns"] as? Int == 8)
    #expect(verdict["event"] as? Int == 8)
    #expect(verdict["thread_event"] as? Int == 8)
    #expect(verdict["score"] as? Double == 27.631021)
  }

  // MARK: Captures

  /// The capture's block twice: blocks are whole in themselves.
  private func twoBlocks() throws -> (bytes: [UInt8], blockLength: Int) {
    let capture = try Fixture.bytes(at: files.capture)
    return (capture + capture.dropFirst(16), capture.count - 16)
  }

  @Test func aCaptureThatIsCutOffIsScoredAsFarAsItGoes() throws {
    let (bytes, blockLength) = try twoBlocks()
    let end = 16 + blockLength
    let whole = try Program.player.succeed(["score", files.model, files.capture, "--scores"])
    var random = SplitMix64(seed: 12)
    let lengths =
      [end + 1, end + 11, end + 12, end + 13, bytes.count - 1]
      + (0..<12).map { _ in Int.random(in: end + 1..<bytes.count, using: &random) }
    for length in lengths {
      let path = try directory.write(bytes.prefix(length), to: "cut.mlt")
      let outcome = try Program.player.succeed(["score", files.model, path, "--scores"])
      #expect(outcome.output == whole.output, "\(length)")
      #expect(
        outcome.errorLines.first?.hasPrefix(
          "mle-player: \(path): warning: is cut off at byte \(end);") == true, "\(outcome.errors)")
    }
    let grown = try directory.write(
      bytes.prefix(end + 40) + [UInt8](repeating: 0, count: 5000), to: "grown.mlt")
    #expect(try Program.player.succeed(["score", files.model, grown]).errors.contains("cut off"))
  }

  @Test func aCaptureWithoutAWholeBlockHoldsNoEvent() throws {
    let capture = try Fixture.bytes(at: files.capture)
    for length in [1, 8, 15, 16, 17, 40, capture.count - 1] {
      let path = try directory.write(capture.prefix(length), to: "cut.mlt")
      let outcome = try Program.player.run(["score", files.model, path])
      // The header alone is whole.
      #expect(outcome.status == (length == 16 ? 66 : 65), "\(length): \(outcome.errors)")
      #expect(outcome.errors.contains(length == 16 ? "holds no event" : "is cut off at byte "))
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func aDamagedBlockIsAnErrorAfterWhatCameBefore() throws {
    let (bytes, blockLength) = try twoBlocks()
    let third = bytes + bytes.dropFirst(16).prefix(blockLength)
    let whole = try Program.player.succeed(["score", files.model, files.capture, "--scores"])
    var random = SplitMix64(seed: 13)
    for _ in 0..<24 {
      // In the second block of three: not the end, so no power cut.
      let bit = Int.random(in: 8 * (16 + blockLength)..<8 * (16 + 2 * blockLength), using: &random)
      var damaged = third
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let path = try directory.write(damaged, to: "damaged.mlt")
      let outcome = try Program.player.refuse(
        ["score", files.model, path, "--scores"], status: 65, saying: path)
      #expect(outcome.output == whole.output, "bit \(bit)")
    }
  }

  @Test func aDamagedHeaderIsAnError() throws {
    let capture = try Fixture.bytes(at: files.capture)
    for byte in 0..<16 {
      var damaged = capture
      damaged[byte] ^= 4
      let path = try directory.write(damaged, to: "damaged.mlt")
      let outcome = try Program.player.run(["score", files.model, path])
      #expect(outcome.status == 65, "byte \(byte): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test func importingADamagedCaptureIsRefusedAndACutOffOneIsNot() throws {
    let (bytes, blockLength) = try twoBlocks()
    let output = directory.file("out.h5")
    let cut = try directory.write(bytes.dropLast(3), to: "cut.mlt")
    let outcome = try Program.trainer.succeed(["import", cut, "-o", output])
    #expect(outcome.errors.contains("warning: \(cut): is cut off at byte \(16 + blockLength);"))
    var damaged = bytes
    damaged[100] ^= 1
    let path = try directory.write(damaged, to: "damaged.mlt")
    try FileManager.default.removeItem(atPath: output)
    try Program.trainer.refuse(["import", path, "-o", output], status: 65, saying: path)
    #expect(try !directory.names().contains { $0.hasPrefix("out.h5") })
  }
}
