import Evaluation
import Foundation
import ModelFormat
import TestSupport
import Testing

/// What the player says to a blob that is not whole, not a blob or not right.
@Suite struct DamagedBlobTests {
  private let directory: TemporaryDirectory
  /// A detector of 3 states and one channel: small enough to try every length and every byte.
  private let smallest: [UInt8]

  init() throws {
    directory = try TemporaryDirectory()
    let architecture = TestModel.tcn(
      vocabulary: 3, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: true)
    smallest = try TestModel(architecture, seed: 1).description.encoded()
  }

  private func score(_ blob: some Sequence<UInt8>) throws -> Program.Outcome {
    let path = try directory.write(blob, to: "blob.mle")
    return try Program.player.run(["score", path], input: .text("1 1 state1\n"))
  }

  private func isRefused(_ outcome: Program.Outcome) -> Bool {
    outcome.status == 65 && outcome.output.isEmpty && outcome.errorLines.count == 1
      && outcome.errors.hasPrefix("mle-player: \(directory.file("blob.mle")): ")
      && outcome.errors.contains("; ")
  }

  @Test func theWholeBlobIsAccepted() throws {
    #expect(smallest.count < 4096)
    let outcome = try score(smallest)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func everyTruncationIsRefused() throws {
    for length in 1..<smallest.count {
      let outcome = try score(smallest.prefix(length))
      #expect(isRefused(outcome), "\(length) bytes: \(outcome)")
    }
  }

  @Test func aFlippedBitOfAnyByteIsRefused() throws {
    for index in smallest.indices {
      var damaged = smallest
      damaged[index] ^= 1 << UInt8(index % 8)
      let outcome = try score(damaged)
      #expect(isRefused(outcome), "byte \(index): \(outcome)")
    }
  }

  @Test func aTrainedBlobIsRefusedShortOrFlippedOrLonger() throws {
    let blob = try Fixture.bytes(at: Pipeline.get().model)
    #expect(try score(blob).status == 0)
    var random = SplitMix64(seed: 11)
    for _ in 0..<40 {
      let outcome = try score(blob.prefix(Int.random(in: 1..<blob.count, using: &random)))
      #expect(isRefused(outcome), "\(outcome)")
      var damaged = blob
      let bit = Int.random(in: 0..<8 * blob.count, using: &random)
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(isRefused(try score(damaged)), "bit \(bit)")
    }
    #expect(isRefused(try score(blob + [0])))
  }

  @Test(arguments: ["score", "info"]) func whatIsNoBlobIsNamed(command: String) throws {
    let files = try Pipeline.get()
    func refuse(_ path: String, _ status: Int32, _ fact: String) throws {
      let outcome = try Program.player.refuse([command, path], status: status, saying: fact)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("mle-player: \(path): "))
    }
    try refuse(directory.file("missing.mle"), 66, "does not exist")
    try refuse(try directory.write([], to: "empty.mle"), 66, "is empty")
    try refuse(directory.path, 66, "is a directory")
    try refuse("/dev/null", 66, "is empty")
    try refuse(files.data, 65, "is not a blob")
    try refuse(files.capture, 65, "is not a blob")
    try refuse(files.textTrace, 65, "is not a blob")
  }

  @Test func theToolsOfTheWorkstationRefuseThemToo() throws {
    let cut = try directory.write(smallest.dropLast(), to: "cut.mle")
    let empty = try directory.write([], to: "empty.mle")
    for command in ["verify", "inspect"] {
      try Program.exporter.refuse([command, cut], status: 65, saying: cut)
      try Program.exporter.refuse([command, empty], status: 66, saying: "is empty")
      try Program.exporter.refuse(
        [command, directory.file("none")], status: 66, saying: "does not exist")
    }
    let data = try Pipeline.get().data
    try Program.trainer.refuse(["evaluate", cut, "--normal", data], status: 65, saying: cut)
  }

  @Test func aDirectoryIsNoInputForTheToolsOfTheWorkstation() throws {
    try Program.exporter.refuse(
      ["verify", directory.path], status: 66, saying: "is a directory")
    let pipe = directory.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    try Program.exporter.refuse(
      ["verify", pipe], status: 66, saying: "is a pipe or device")
  }

  private func withWrongGoldenEvent() throws -> String {
    let loaded = try LoadedModel(bytes: Fixture.bytes(at: Pipeline.get().model))
    var description = loaded.withModel { ModelDescription($0) }
    let golden = description.goldenEvents[7]
    description.goldenEvents[7].surprise = Surprise(units: golden.surprise.units ^ 1)
    return try directory.write(description.encoded(), to: "golden.mle")
  }

  @Test func aWrongGoldenEventIsADefect() throws {
    let model = try withWrongGoldenEvent()
    let capture = try Pipeline.get().capture
    let outcome = try Program.player.refuse(
      ["score", model, capture, "--scores"], status: 70, saying: "golden event 7 scores")
    #expect(outcome.output.isEmpty)
    try Program.exporter.refuse(["verify", model], status: 70, saying: "golden event 7 scores")
  }

  @Test func theSelfTestCanBeSkipped() throws {
    let files = try Pipeline.get()
    let model = try withWrongGoldenEvent()
    let skipped = try Program.player.succeed(
      ["score", model, files.capture, "--digest", "--skip-self-test"])
    let proper = try Program.player.succeed(["score", files.model, files.capture, "--digest"])
    #expect(skipped.lines.last == proper.lines.last)
  }

  @Test func aThresholdOverAUniformGuessIsWarnedOf() throws {
    let files = try Pipeline.get()
    let model = directory.file("blind.mle")
    let warning = "over ln V"
    let exported = try Program.exporter.succeed(
      [files.checkpoint, "--calibrate", files.first, "-o", model, "--rule", "fixed:20"])
    #expect(exported.errorLines.filter { $0.contains(warning) }.count == 1)
    let scored = try Program.player.succeed(["score", model, files.capture])
    #expect(scored.errorLines.filter { $0.contains(warning) }.count == 1)
    #expect(scored.output.isEmpty)
    let info = try Program.player.succeed(["info", model])
    #expect(info.text.contains("over ln V, which no uniform guess reaches"))
    #expect(try !Program.player.succeed(["info", files.model]).errors.contains(warning))
  }
}
