import Checkpoints
import Foundation
import TestSupport
import Testing

/// A run that was killed, stopped or spread over threads ends in the bytes of one that was not.
@Suite(.serialized) struct InterruptedTrainingTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory
  private static let epochs = 60

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private func arguments(_ name: String, _ options: String...) -> [String] {
    ["train", files.first, "-o", directory.file(name), "--epochs", "\(Self.epochs)"]
      + ["--channels", "6", "--dilations", "1,2", "--seed", "9", "--batch-tokens", "40"]
      + ["--segment-length", "20", "--patience", "0"] + options
  }

  /// Starts a run that saves after every batch, and waits until it has come so far.
  private func start(_ name: String, until isFarEnough: (Checkpoint) -> Bool) throws
    -> RunningProgram
  {
    let run = try Program.trainer.start(
      arguments(name, "--save-every", "0", "--log", directory.file(name + ".log")))
    while run.isAlive() {
      // Renamed into place, so that whoever reads finds a whole one.
      if let checkpoint = try? Checkpoint.read(directory.file(name)), isFarEnough(checkpoint) {
        return run
      }
      usleep(2000)
    }
    return run
  }

  private func reference() throws -> [UInt8] {
    try Program.trainer.succeed(arguments("whole", "--threads", "1"))
    return try directory.read("whole")
  }

  @Test func oneThreadAndTwoGiveTheSameBytes() throws {
    let whole = try reference()
    try Program.trainer.succeed(arguments("two", "--threads", "2"))
    #expect(try directory.read("two") == whole)
    try Program.trainer.succeed(arguments("again", "--threads", "1", "--save-every", "0"))
    #expect(try directory.read("again") == whole)
    try Program.trainer.succeed(arguments("other", "--threads", "1") + ["--seed", "10"])
    #expect(try directory.read("other") != whole)
  }

  @Test func aKilledRunThatIsResumedEndsInTheSameBytes() throws {
    let whole = try reference()
    let run = try start("killed") { ($0.training?.progress.epoch ?? 0) >= 2 }
    run.send(SIGKILL)
    #expect(try run.wait().signal == SIGKILL)
    let killed = try Checkpoint.read(directory.file("killed"))
    let progress = try #require(killed.training?.progress)
    #expect((2..<Self.epochs).contains(progress.epoch))

    // Once more, with another number of threads; it need not be told its options again.
    let resume = ["train", files.first, "-o", directory.file("killed"), "--resume"]
    let second = try Program.trainer.start(resume + ["--threads", "2", "--save-every", "0"])
    usleep(120_000)
    second.send(SIGKILL)
    _ = try second.wait()
    try Program.trainer.succeed(resume + ["--threads", "1"])
    #expect(try directory.read("killed") == whole)
  }

  @Test func anInterruptedRunKeepsItsCheckpoint() throws {
    let run = try start("stopped") { ($0.training?.progress.step ?? 0) >= 5 }
    run.send(SIGINT)
    let outcome = try run.wait()
    #expect(outcome.status == 130, "\(outcome)")
    #expect(outcome.errors.contains("stopped; go on with the same command and --resume"))
    #expect(!outcome.errors.contains("\r"))
    let checkpoint = try Checkpoint.read(directory.file("stopped"))
    #expect(try #require(checkpoint.training?.progress.step) >= 5)
    // What it said to do works.
    try Program.trainer.succeed(
      ["train", files.first, "-o", directory.file("stopped"), "--resume", "--quiet"])
    #expect(try directory.read("stopped") == reference())
    #expect(try !directory.names().contains { $0.hasSuffix(".tmp") })
  }

  @Test func aTerminatedRunSaysWhichSignal() throws {
    let run = try start("terminated") { ($0.training?.progress.step ?? 0) >= 1 }
    run.send(SIGTERM)
    #expect(try run.wait().status == 143)
  }

  @Test func theLogIsAnObjectAnEpoch() throws {
    let log = directory.file("log")
    try Program.trainer.succeed(
      [
        "train", files.first, "-o", directory.file("c.h5"), "--epochs", "5", "--log", log,
        "--quiet",
      ]
        + Pipeline.network)
    let lines = String(decoding: try directory.read("log"), as: UTF8.self).split(separator: "\n")
    let objects = try lines.map { try object($0) }
    #expect(objects.compactMap { $0["epoch"] as? Int } == [1, 2, 3, 4, 5])
    for entry in objects {
      #expect(try #require(entry["train_loss"] as? Double) > 0)
      #expect(try #require(entry["learning_rate"] as? Double) >= 0)
      #expect(entry["best"] is Bool)
      #expect(entry["held_out_loss"] is NSNull)  // nothing is held out here
    }
  }

  @Test func resumingWithOtherDataOrOptionsIsRefused() throws {
    let options = ["-o", directory.file("c.h5"), "--quiet", "--epochs", "2"] + Pipeline.network
    try Program.trainer.succeed(["train", files.first] + options)
    let before = try directory.read("c.h5")
    try Program.trainer.refuse(
      ["train", files.rest, "-o", directory.file("c.h5"), "--resume", "--quiet"], status: 64,
      saying: "was made with other data")
    try Program.trainer.refuse(
      ["train", files.first, "-o", directory.file("c.h5"), "--resume", "--quiet", "--seed", "4"],
      status: 64,
      saying: "was made with seed 3, not 4")
    #expect(try directory.read("c.h5") == before)
  }
}
