import Evaluation
import Foundation
import TestSupport
import Testing
import TraceData

/// From a checkpoint to thresholds that hold for data not seen, through the programs.
struct CalibratingTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private func calibrate(_ output: String, _ options: String...) throws -> Program.Outcome {
    try Program.trainer.succeed(arguments(output) + options)
  }

  private func arguments(_ output: String) -> [String] {
    ["calibrate", files.checkpoint, files.first, "-o", directory.file(output), "--folds", "3"]
  }

  private func freeze(_ scores: String, _ options: String...) throws -> Program.Outcome {
    try Program.exporter.succeed(
      [
        files.checkpoint, "--calibrate", files.first, "--calibration", directory.file(scores),
        // In so little data the other folds lack whole windows of states, which no score could be over.
        "-o", directory.file("m.mle"), "--window", "4", "--unknown-surprise", "9",
      ] + options)
  }

  @Test func aQuantileOfOutOfFoldScoresIsTheThreshold() throws {
    let outcome = try calibrate("s.h5")
    #expect(outcome.errors.contains("network 3 of 3: "))
    #expect(try directory.names() == ["s.h5"])
    let surprises = try OutOfFoldSurprises(path: directory.file("s.h5"))
    #expect(surprises.isComplete)
    #expect(!surprises.units.contains(OutOfFoldSurprises.notScored))
    let text = try freeze("s.h5", "--ewma", "9", "--rule", "quantile:0.9").text
    #expect(text.contains("window 4: threshold "))
    #expect(text.contains("ewma 9: threshold "))
    #expect(text.contains("  quantile:0.9: over "))
    #expect(text.contains("  article: over "))
    let blob = directory.file("m.mle")
    let inspected = try Program.exporter.succeed(["inspect", blob]).text
    #expect(inspected.contains("channel          ewma 9, from 50 events on; threshold "))
    #expect(inspected.contains("rule: quantile of out-of-fold processes, 0.9"))
    #expect(inspected.contains("calibration.folds = 3"))
    let info = try Program.player.succeed(["info", blob]).text
    #expect(info.contains("channel            window 4, verdicts from 4 events on"))
    #expect(info.contains("channel            ewma 9, verdicts from 50 events on"))
  }

  @Test func theSameSeedGivesTheSameBytesWithAnyNumberOfThreads() throws {
    _ = try calibrate("a.h5", "--threads", "1")
    _ = try calibrate("b.h5", "--threads", "3")
    _ = try calibrate("c.h5", "--seed", "2")
    #expect(try directory.read("a.h5") == directory.read("b.h5"))
    #expect(try directory.read("a.h5") != directory.read("c.h5"))
  }

  @Test func whatIsDoneIsNotDoneAgain() throws {
    _ = try calibrate("whole.h5", "--quiet")
    // As a run leaves it that was stopped after its first network.
    var surprises = try OutOfFoldSurprises(path: directory.file("whole.h5"))
    for (block, fold) in surprises.folds.enumerated() where fold > 0 {
      for event in surprises.blockOffsets[block]..<surprises.blockOffsets[block + 1] {
        surprises.units[event] = OutOfFoldSurprises.notScored
      }
    }
    surprises.foldsDone = 1
    try surprises.write(to: directory.file("part.h5"))
    let part = try directory.read("part.h5")
    try Program.exporter.refuse(
      [
        files.checkpoint, "--calibrate", files.first, "--calibration", directory.file("part.h5"),
        "-o", directory.file("m.mle"),
      ], status: 65, saying: "1 of its 3 networks are done")
    // It is not begun again by mistake.
    try Program.trainer.refuse(
      arguments("part.h5"), status: 64,
      saying: "part.h5: has 1 of the 3 networks of this run; go on with --resume")
    #expect(try directory.read("part.h5") == part)
    // The run was killed before it could remove its first network, which knew other data.
    try FileManager.default.copyItem(
      atPath: files.checkpoint, toPath: directory.file("part.h5.network"))
    let outcome = try calibrate("part.h5", "--resume")
    #expect(!outcome.errors.contains("network 1 of 3"))
    #expect(outcome.errors.contains("network 2 of 3"))
    #expect(try directory.read("part.h5") == directory.read("whole.h5"))
    #expect(try directory.names() == ["part.h5", "whole.h5"])
  }

  @Test func ofTwoRunsWithOneOutputTheSecondIsRefused() throws {
    let other = try UnfinishedFile(directory.file("s.h5"))
    try Program.trainer.refuse(
      arguments("s.h5"), status: 74, saying: "s.h5: is being made by another program")
    withExtendedLifetime(other) {}
  }

  @Test func theRunAfterOneThatWasKilledLeavesItsOutputAlone() throws {
    let run = try Program.trainer.start(arguments("s.h5"))
    try eventually { try !run.isAlive() || directory.names().contains("s.h5.network.tmp") }
    run.send(SIGKILL)
    _ = try run.wait()
    #expect(try !directory.names().contains { $0.contains(".run") })
    _ = try calibrate("s.h5", "--resume")
    #expect(try directory.names() == ["s.h5"])
  }

  @Test func unseenFoldsAreTold() throws {
    _ = try calibrate("s.h5", "--unseen", "1")
    let text = try freeze("s.h5", "--rule", "quantile:1").text
    #expect(text.contains("; unseen data: "))
    #expect(text.contains(" were to be expected"))
  }

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    _ = try calibrate("s.h5", "--quiet")
    func refuse(
      _ data: String, _ scores: String, _ options: String..., status: Int32 = 65,
      saying fact: String
    ) throws {
      try Program.exporter.refuse(
        [
          files.checkpoint, "--calibrate", data, "--calibration", scores, "-o",
          directory.file("m.mle"),
        ] + options, status: status, saying: fact)
    }
    let scores = directory.file("s.h5")
    try refuse(files.data, scores, saying: "\(scores): was made with other data;")
    try refuse(files.first, files.data, saying: "\(files.data): is not a calibration")
    // Before anything is scored, which would tell that no sequence is as long as the window.
    try refuse(
      files.first, scores, "--rule", "false-alarms:1", "--window", "4096", status: 64,
      saying: "\(files.first): has fewer than the 60 independent processes")
    try Program.trainer.refuse(
      [
        "calibrate", files.checkpoint, files.first, "-o", scores, "--folds", "4", "--resume",
      ], status: 64, saying: "\(scores): was made with other options or data;")
    let elsewhere = directory.file("t.h5")
    try Program.trainer.refuse(
      ["calibrate", files.checkpoint, files.rest, "-o", elsewhere], status: 64,
      saying: "\(files.checkpoint): was trained on other data than \(files.rest);")
    // Consistent in itself, but of a block less than the data have.
    var surprises = try OutOfFoldSurprises(path: scores)
    let made = surprises
    let kept = surprises.blockOffsets[surprises.blockOffsets.count - 2]
    surprises.units.removeSubrange(kept...)
    surprises.blockOffsets.removeLast()
    surprises.clusters.removeLast()
    surprises.folds.removeLast()
    try surprises.write(to: scores)
    try refuse(files.first, scores, saying: "\(scores): is damaged or not consistent;")
    // Of a version that had more settings.
    surprises = made
    surprises.configuration += "zeta=1\n"
    try surprises.write(to: scores)
    try refuse(
      files.first, scores, saying: "\(scores): its networks were trained with another zeta;")
    #expect(try directory.names() == ["s.h5"])
  }
}
