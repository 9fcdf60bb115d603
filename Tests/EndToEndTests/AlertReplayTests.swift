import Foundation
import TestSupport
import Testing

/// `mle-player score --replay`: an alert is evidence that anybody can check.
@Suite struct AlertReplayTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory
  private let alerts: String

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
    let scored = try Program.player.succeed(["score", files.model, files.capture, "--explain"])
    alerts = try directory.write(scored.output, to: "alerts.jsonl")
  }

  private func replay(
    _ alerts: String, _ model: String? = nil, _ input: String? = nil
  ) throws -> Program.Outcome {
    try Program.player.run(
      ["score", "--replay", alerts, model ?? files.model, input ?? files.capture])
  }

  @Test func whatThePlayerSaidComesOutAgain() throws {
    let count = String(decoding: try directory.read("alerts.jsonl"), as: UTF8.self)
      .split(separator: "\n").count
    try #require(count > 0)
    for input in [files.capture, files.textTrace] {
      let outcome = try replay(alerts, nil, input)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("all \(count) alerts come out the same, to the last bit"))
      #expect(outcome.lines.count == count)
      for line in outcome.lines { #expect(try object(line)["replay"] as? String == "same") }
    }
  }

  @Test func contributionsAddUpToTheLastUnit() throws {
    let text = String(decoding: try directory.read("alerts.jsonl"), as: UTF8.self)
    for line in text.split(separator: "\n") {
      let alert = try object(line)
      let window = try #require(alert["window"] as? [[String: Any]])
      let sum = window.compactMap { $0["contribution"] as? UInt64 }.reduce(0, +)
      #expect(sum == alert["score_sum"] as? UInt64)
      #expect(alert["score_weight"] as? Int == 8)
    }
  }

  @Test func anotherDetectorIsToldByWhatDiffers() throws {
    let other = directory.file("other.mle")
    try Program.exporter.succeed(
      [
        files.checkpoint, "--calibrate", files.first, "-o", other, "--window", "8", "--rule",
        "fixed:0.01",
      ])
    let outcome = try replay(alerts, other)
    #expect(outcome.status == 65)
    for line in outcome.lines {
      let result = try object(line)
      let fields = (result["differences"] as? [[String: Any]])?.compactMap {
        $0["field"] as? String
      }
      #expect(result["replay"] as? String == "different")
      #expect(fields?.contains("model") == true)
    }
    #expect(outcome.errors.contains("\(alerts): \(outcome.lines.count) of \(outcome.lines.count)"))
  }

  @Test func oneDigitIsEnoughToDiffer() throws {
    let text = String(decoding: try directory.read("alerts.jsonl"), as: UTF8.self)
    let first = try #require(text.split(separator: "\n").first)
    let weight = "\"score_weight\":8"
    try #require(first.contains(weight))
    let forged = try directory.write(
      first.replacingOccurrences(of: weight, with: "\"score_weight\":9").utf8, to: "forged.json")
    let outcome = try replay(forged)
    #expect(outcome.status == 65)
    let differences = try object(try #require(outcome.lines.first))["differences"]
    #expect((differences as? [[String: Any]])?.count == 1)
    #expect((differences as? [[String: Any]])?.first?["field"] as? String == "score_weight")
  }

  @Test func whatHoldsNoAlertIsNamed() throws {
    for (text, fact) in [
      ("{\"verdict\":", "is no JSON at byte 11; "), ("", "holds no alert; "),
      ("{}", "holds no alert; "),
    ] {
      let path = try directory.write(text.utf8, to: "x.json")
      try Program.player.refuse(
        ["score", "--replay", path, files.model, files.capture], status: 65,
        saying: "\(path): \(fact)")
    }
    let missing = directory.file("missing.json")
    try Program.player.refuse(
      ["score", "--replay", missing, files.model, files.capture], status: 66,
      saying: "\(missing): does not exist; ")
    try Program.player.refuse(
      ["info", files.model, "--replay", alerts], status: 64,
      saying: "not an option of this command: --replay; ")
    // A device's player has neither the code nor the option.
    let device = try Program.embeddedPlayer.run(
      ["score", "--replay", alerts, files.model, files.capture])
    #expect(device.status == 64)
    #expect(device.errors.hasPrefix("mle-player: unknown option --replay; "))
  }
}
