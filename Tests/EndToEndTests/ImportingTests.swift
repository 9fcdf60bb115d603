import Foundation
import TestSupport
import Testing
import TraceData

/// What `import` and `capture` say to what does not fit together.
@Suite struct ImportingTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  @Test func inputsWithTimesAndWithoutAreImportedApart() throws {
    let numbers = try directory.write("1 2 3 4 5\n".utf8, to: "numbers")
    try Program.trainer.refuse(
      ["import", files.recording, numbers, "-o", directory.file("out.h5")], status: 65,
      saying:
        "\(numbers): its events have no times, and those of other inputs have;")
    #expect(try directory.names() == ["numbers"])
  }

  /// As recordings of before and after a reboot do.
  @Test func inputsThatOverlapInTimeAreToldAndNotLabelledByTime() throws {
    let first = try directory.write("1 1 5 100\n1 1 6 200\nlost 3\n".utf8, to: "first.txt")
    let second = try directory.write("1 1 5 150\n1 1 6 250\n".utf8, to: "second.txt")
    let labels = try directory.write("a 1 120 130\n".utf8, to: "labels")
    let output = directory.file("out.h5")
    func inputs(_ rest: [String]) -> [String] {
      ["import", first, second, "--format", "text", "-o", output] + rest
    }
    try Program.trainer.refuse(
      inputs(["--labels", labels]), status: 64,
      saying: "\(labels): says when there were attacks, and the inputs overlap in time;")
    let outcome = try Program.trainer.run(inputs([]))
    #expect(outcome.status == 0)
    #expect(
      outcome.errors == """
        \(output): 4 events of 2 inputs
        \(output): the inputs overlap in time, as of several devices; split cuts all of them
        \(output): the sources had lost 3 records

        """)
    let info = try Program.trainer.run(["info", output]).text
    #expect(info.contains("time span  0.0 s in 2 recordings\nlost       3 records, by"))
    let training = try Program.trainer.run(["train", output, "--dry-run"]).text
    #expect(training.contains("lost by its sources: 3 records;"))
  }

  @Test func aDataSetIsNoRecording() throws {
    try Program.trainer.refuse(
      ["import", files.data, "-o", directory.file("out.h5")], status: 65,
      saying: "\(files.data): is an HDF5 file; name what was recorded")
  }

  /// Some bytes of an xz file, which nobody gets to unpack.
  private func packed() throws -> String {
    try directory.write([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0], to: "trace.xz")
  }

  @Test func xzOnTheStandardInputIsToldHowToBeUnpacked() throws {
    let outcome = try Program.trainer.refuse(
      ["import", "-", "-o", directory.file("out.h5")], status: 65,
      saying: "-: is packed, which the standard input cannot be; unpack it with xz -dc",
      input: .file(try packed()))
    #expect(!outcome.errors.contains("copy the file"))
  }

  /// Only a program that is not there is to be installed.
  @Test func whyTheUnpackerDoesNotStartIsTold() throws {
    let input = try packed()
    func outcome(path: String) throws -> Program.Outcome {
      try Program(path: "/usr/bin/env").run(
        ["PATH=\(path)", Program.trainer.path, "import", input, "-o", directory.file("out.h5")])
    }
    let missing = try outcome(path: directory.file("none") + ":" + input)
    #expect(missing.status == 74)
    #expect(missing.errors.contains("\(input): needs the program 'xz'; install it"))
    #expect(mkdir(directory.file("bin"), 0o700) == 0)
    _ = try directory.write("no program".utf8, to: "bin/xz")
    #expect(chmod(directory.file("bin/xz"), 0o600) == 0)
    let refused = try outcome(path: directory.file("bin"))
    #expect(refused.status == 77)
    #expect(refused.errors.contains("\(input): posix_spawnp xz: Permission denied; "))
  }

  @Test func aNameInConflictIsTheInputsFault() throws {
    let (one, two) = (directory.file("one.mlt"), directory.file("two.mlt"))
    for (path, name) in [(one, "s1"), (two, "s2")] {
      let text = try directory.write("1 1 \(name) 5\n".utf8, to: "text")
      let data = directory.file("data.h5")
      try Program.trainer.succeed(["import", text, "-o", data, "--format", "text"])
      try Program.trainer.succeed(["capture", data, "-o", path])
    }
    try Program.trainer.refuse(
      ["import", one, two, "-o", directory.file("out.h5")], status: 65,
      saying: "\(two): state 2147483648 cannot be named 's2'")
  }

  /// Only the capture says what id a state has.
  @Test func textMayBeNamedBeforeACaptureOfTheSameStates() throws {
    let capture = directory.file("b.mlt")
    try Program.trainer.succeed(["capture", files.data, "-o", capture])
    let name = try #require(try TraceDataset(path: files.data).vocabulary.last).name
    let text = try directory.write("1 1 \(name) 5\n2 2 other 6\n".utf8, to: "a.txt")
    var outputs: [[UInt8]] = []
    for inputs in [[text, capture], [capture, text]] {
      try Program.trainer.succeed(
        ["import", "-o", directory.file("out.h5"), "--source", "test"] + inputs)
      outputs.append(try directory.read("out.h5"))
    }
    #expect(outputs[0] == outputs[1])
    try Program.trainer.succeed(
      ["import", "-o", directory.file("out.h5"), "--source", "test", "-", capture],
      input: .file(text))
    #expect(try directory.read("out.h5") == outputs[0])
  }

  /// What was read of it to tell its format cannot be read again.
  @Test func textOfAPipeIsReadOnce() throws {
    let text = try directory.write("1 1 a 5\n".utf8, to: "a.txt")
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let feeder = try Program(path: "/bin/sh").start(["-c", "cat \"$0\" >\"$1\"", text, pipe])
    try Program.trainer.succeed(["import", "-o", directory.file("out.h5"), pipe])
    _ = try feeder.wait()
    #expect(try TraceDataset(path: directory.file("out.h5")).eventCount == 1)
  }

  /// As of two recordings in one data set.
  @Test func twoLivingThreadsOfOneNumberAreNoCapture() throws {
    let twice = directory.file("twice.h5")
    try Program.trainer.succeed(["import", files.recording, files.recording, "-o", twice])
    for form in [["-o", directory.file("out.mlt")], ["--text"]] {
      try Program.trainer.refuse(
        ["capture", twice] + form, status: 65,
        saying: "at one time, which a capture cannot tell apart; import each recording by itself")
    }
    #expect(try directory.names() == ["twice.h5"])
  }

  /// Without times one sequence is told after the other, and a fork before all that its parent does later.
  @Test func aNumberThatIsUsedAgainWithoutTimesIsNoCapture() throws {
    let text = try directory.write(
      "1 1 a\nfork 1 1 2 2\n2 2 b\nexit 2 2\nfork 1 1 2 2\n2 2 c\n1 1 a\n".utf8, to: "text")
    let data = directory.file("data.h5")
    try Program.trainer.succeed(["import", text, "-o", data])
    try Program.trainer.refuse(
      ["capture", data, "--text"], status: 65,
      saying: "are both thread 2 and have no times to come one after the other; record with times")
  }

  /// One number again and again, but never twice at a time.
  @Test func aNumberThatIsUsedAgainIsACapture() throws {
    let text = try directory.write(
      "1 1 a 1\nfork 1 1 2 2 2\n2 2 b 3\nexit 2 2 4\nfork 1 1 2 2 5\n2 2 c 6\n1 1 a 7\n".utf8,
      to: "text")
    let data = directory.file("data.h5")
    try Program.trainer.succeed(["import", text, "-o", data])
    let told = try Program.trainer.succeed(["capture", data, "--text"]).text
    #expect(told.contains("2 2 b 3\n") && told.contains("2 2 c 6\n"), "\(told)")
  }
}
