import Checkpoints
import Foundation
import TestSupport
import Testing

/// What a run is told to stay within, and what it is told of before it starts.
@Suite struct TrainingLimitsTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private func train(_ name: String, _ options: String...) -> [String] {
    ["train", files.first, "-o", directory.file(name)] + options
  }

  @Test func aDryRunTellsWhatARunTakesAndWritesNothing() throws {
    let options = ["train", files.first, "--dry-run"] + Pipeline.network
    let told = try Program.trainer.succeed(options).text
    let checkpoint = try Checkpoint.read(files.checkpoint)
    let architecture = checkpoint.architecture
    let steps = try #require(checkpoint.training).progress.step
    // The pipeline's run has eight epochs.
    #expect(told.contains("tcn: \(architecture.parameterCount) weights, looks back 4 events\n"))
    #expect(told.contains("\(architecture.multiplyAddsPerEvent) multiply-adds an event"))
    #expect(
      told.contains("\(steps / 8) batches of about 60 events an epoch, \(steps / 8 * 10) updates"))
    #expect(told.contains(" events/s on "))
    #expect(told.contains(" MB of memory"))
    try Program.trainer.succeed(options + ["-o", directory.file("none.h5")])
    #expect(try directory.names().isEmpty)
  }

  @Test func optionsOfAnotherNetworkAreRefused() throws {
    try Program.trainer.refuse(
      train("none", "--window-length", "20"), status: 64,
      saying: "--window-length: is not of the network tcn; leave it out")
    try Program.trainer.refuse(
      train("none", "--network", "window-cnn", "--untied"), status: 64,
      saying: "--untied: is not of the network window-cnn; leave it out")
  }

  @Test func aRunThatIsOutOfTimeSavesAndCanGoOn() throws {
    let options = ["--epochs", "3"] + Pipeline.network
    try Program.trainer.succeed(train("whole") + options)
    let short = ["--max-seconds", "0.000001"]
    let outcome = try Program.trainer.succeed(train("cut") + options + short)
    #expect(outcome.errors.contains("stopped; go on with the same command and --resume"))
    #expect(try Checkpoint.read(directory.file("cut")).training?.progress.step == 1)
    try Program.trainer.refuse(
      train("cut") + options, status: 64,
      saying: "cut: has 0 of the 3 epochs of this run; go on with --resume, or remove it")
    let made = ["-o", directory.file("m.mle"), "--window", "8"]
    let frozen = try Program.exporter.succeed(
      [directory.file("cut"), "--calibrate", files.first] + made)
    #expect(
      frozen.errors.contains("cut: 0 of 3 epochs are done; go on with mle-trainer train --resume"))
    // However little time there is, it gets on.
    try Program.trainer.succeed(train("cut", "--resume") + short)
    #expect(try Checkpoint.read(directory.file("cut")).training?.progress.step == 2)
    try Program.trainer.succeed(train("cut") + options + ["--resume", "--max-seconds", "600"])
    #expect(try directory.read("cut") == directory.read("whole"))
    // What is done may be done again, and another run takes its place.
    try Program.trainer.succeed(train("cut") + options)
    try Program.trainer.succeed(train("cut") + options + ["--epochs", "1"])
  }

  @Test func smallBatchesHaveShortStretches() throws {
    try Program.trainer.succeed(train("small", "--epochs", "1", "--batch-tokens", "40"))
    let small = try Checkpoint.read(directory.file("small"))
    #expect(small.training?.configuration.segmentLength == 40)
    try Program.trainer.refuse(
      train("none", "--batch-tokens", "40", "--segment-length", "41"), status: 64,
      saying: "--segment-length: 41 is not allowed; give 1...40")
  }

  @Test func aRunThatDivergesNamesTheUpdateAndKeepsTheFile() throws {
    let steep = ["--learning-rate", "1e30", "--quiet"]
    let outcome = try Program.trainer.refuse(
      train("none") + steep, status: 65, saying: "nothing was saved; lower --learning-rate")
    #expect(outcome.errors.contains("at update 2 in epoch 1"), "\(outcome.errors)")
    #expect(try directory.names().isEmpty)
    try Program.trainer.succeed(train("kept", "--epochs", "1", "--quiet"))
    let before = try directory.read("kept")
    try Program.trainer.refuse(
      train("kept") + steep, status: 65, saying: "the file is as it was before")
    #expect(try directory.read("kept") == before)
  }

  @Test(arguments: ["tcn-s", "window-cnn"])
  func theBenchmarkLearnsTheSameOnAnyNumberOfThreads(network: String) throws {
    func losses(_ threads: Int) throws -> [Double] {
      let outcome = try Program.trainer.succeed(
        ["bench", network, "--seconds", "0", "--losses", "3", "--json"]
          + ["--threads", "\(threads)", "--weights", directory.file("first.h5")])
      let report = try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any]
      #expect(report?["timing"] == nil)
      #expect(try #require(report?["peak_gigaflops"] as? Double) > 0)
      return try #require(report?["losses"] as? [Double])
    }
    let one = try losses(1)
    #expect(try losses(3) == one)
    let weights = try Checkpoint.read(directory.file("first.h5"))
    // Next to nothing is known at first.
    #expect(abs(one[0] - log(Double(weights.architecture.vocabularySize))) < 1)
    #expect(one[2] < one[0])
  }

  @Test func theBenchmarkTells() throws {
    let told = try Program.trainer.succeed(["bench", "window-cnn", "--seconds", "0.01"]).text
    #expect(told.contains("window-cnn: 30673 weights, 1024 events a step"))
    #expect(told.contains(" events/s, "))
    #expect(told.contains("% of the peak"))
  }
}
