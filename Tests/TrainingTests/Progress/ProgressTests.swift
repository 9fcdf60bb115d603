import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import Training

@Suite struct ProgressTests {
  private static let step = StepReport(
    epoch: 2, epochs: 4, batch: 5, batches: 10, loss: 1.23456, tokens: 30_000)
  private static let epoch = EpochReport(
    epoch: 2, epochs: 4, step: 20, trainLoss: 1.5, heldOutLoss: 1.25, isBest: true,
    learningRate: 0.003, tokens: 20_000, seconds: 4)

  @Test func theBarTellsPlaceLossRateAndTimeLeft() {
    let text = ProgressBar.text(Self.step, elapsed: 3, batchesSeen: 15)
    #expect(
      text == "epoch 2/4 [##########----------] loss 1.2346 10k events/s ETA 0:05")
    let slow = ProgressBar.text(Self.step, elapsed: 7200, batchesSeen: 15)
    #expect(slow.hasSuffix("loss 1.2346 4 events/s ETA 3:20:00"))
  }

  @Test func aTerminalGetsABarTenTimesASecondAndLinesAboveIt() {
    var (output, now) = ("", 0.0)
    let bar = ProgressBar(isTerminal: true, write: { output += $0 }, seconds: { now })
    for _ in 0..<5 {
      now += 0.03
      bar.show(.step(Self.step))
    }
    #expect(output.components(separatedBy: "\r").count == 2)
    bar.show(.epoch(Self.epoch))
    #expect(
      output.hasSuffix(
        "\r\u{1B}[Kepoch 2/4: loss 1.5000, held-out loss 1.2500 (best), 5000 events/s, 0:04\n"))
  }

  @Test func aLogFileGetsLinesWithoutControlCharacters() {
    var (output, now) = ("", 0.0)
    let bar = ProgressBar(isTerminal: false, write: { output += $0 }, seconds: { now })
    for _ in 0..<100 {
      now += 1
      bar.show(.step(Self.step))
    }
    bar.show(.epoch(Self.epoch))
    bar.line("done")
    #expect(output.split(separator: "\n").count == 5)
    #expect(output.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
  }

  @Test func theLogIsOneJSONObjectAnEpochAndContinues() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("log.jsonl")
    let first = try TrainingLog(path: path, continues: false)
    first.begin()
    try first.add(Self.epoch)
    var last = Self.epoch
    last.epoch = 3
    last.heldOutLoss = nil
    last.isBest = false
    let second = try TrainingLog(path: path, continues: true)
    second.begin()
    try second.add(last)
    let lines = String(decoding: try directory.read("log.jsonl"), as: UTF8.self)
      .split(separator: "\n")
    let objects = try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.count == 2)
    #expect(objects[0]["epoch"] as? Int == 2)
    #expect(objects[0]["train_loss"] as? Double == 1.5)
    #expect(objects[0]["held_out_loss"] as? Double == 1.25)
    #expect(objects[0]["best"] as? Bool == true)
    #expect(objects[0]["tokens_per_second"] as? Double == 5000)
    #expect(objects[1]["held_out_loss"] is NSNull)
    // What was there is kept until a run has begun, and gone even if that has no epoch.
    let anew = try TrainingLog(path: path, continues: false)
    #expect(try directory.read("log.jsonl").count { $0 == 0x0a } == 2)
    anew.begin()
    #expect(try directory.read("log.jsonl").isEmpty)
    for lines in 1...2 {
      try anew.add(last)
      #expect(try directory.read("log.jsonl").count { $0 == 0x0a } == lines)
    }
  }

  @Test func aLogThatCannotBeWrittenIsNamed() {
    #expect {
      try TrainingLog(path: "/nowhere/log.jsonl", continues: false)
    } throws: {
      if case TrainingError.log("/nowhere/log.jsonl", let error) = $0 {
        error.code == ENOENT
      } else {
        false
      }
    }
  }
}
