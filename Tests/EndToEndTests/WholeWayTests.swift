import Evaluation
import Foundation
import TestSupport
import Testing
import TraceData

/// From a recording to verdicts, through all three programs.
@Suite struct WholeWayTests {
  let files: Pipeline

  init() throws { files = try Pipeline.get() }

  private func score(_ input: String, _ options: String...) throws -> Program.Outcome {
    try Program.player.succeed(["score", files.model, input] + options)
  }

  private func digest(_ outcome: Program.Outcome) throws -> (digest: String, events: Int) {
    let last = try object(try #require(outcome.lines.last))
    return (try #require(last["digest"] as? String), try #require(last["events"] as? Int))
  }

  @Test func verifyAcceptsTheBlob() throws {
    let outcome = try Program.exporter.succeed(["verify", files.model])
    #expect(outcome.text.contains(" golden events have the expected bits"))
    #expect(outcome.errors.isEmpty)
  }

  @Test func inspectAndInfoTellTheSameDetector() throws {
    let report = try object(
      Program.exporter.succeed(["inspect", files.model, "--json"]).text)
    let channel = try #require((report["channels"] as? [[String: Any]])?.first)
    let threshold = try #require(channel["thresholdNats"] as? Double)
    let largest = try #require(channel["largestCalibrationScoreNats"] as? Double)
    #expect(abs(threshold - 0.7 * largest) < 1e-6)
    #expect(channel["length"] as? Int == 8)
    let sha = try #require(report["digest"] as? String)
    let provenance = try #require(report["provenance"] as? [String: String])
    #expect(provenance["training.seed"] == "3")

    let info = try Program.player.succeed(["info", files.model]).text
    #expect(info.contains("model              \(sha.prefix(16))\n"))
    let states = try #require(report["vocabulary"] as? [[String: Any]]).count
    #expect(info.contains("vocabulary         \(states) states"))
    let memory = try #require(report["bytesPerProcess"] as? Int)
    #expect(info.contains("memory a process   \(memory) bytes"))

    let text = try Program.exporter.succeed(["inspect", files.model]).text
    #expect(text.contains("digest           \(sha)"))
  }

  @Test func captureTextAndWorkstationGiveTheSameScores() throws {
    let fromCapture = try digest(score(files.capture, "--digest"))
    let fromText = try digest(score(files.textTrace, "--digest"))
    let fromInput = try digest(
      Program.player.succeed(["score", files.model, "--digest"], input: .file(files.textTrace)))
    let dataset = try TraceDataset(path: files.data)
    let scorer = try DatasetScorer(
      try LoadedModel(bytes: Fixture.bytes(at: files.model)), dataset)
    try scorer.run { _ in }
    let hexadecimal = String(scorer.digest.value, radix: 16)
    let expected = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
    for found in [fromCapture, fromText, fromInput] {
      #expect(found.digest == expected)
      #expect(found.events == dataset.eventCount)
    }
  }

  @Test func everyEventHasASurpriseAndAScore() throws {
    let outcome = try score(files.capture, "--scores")
    let scored = try outcome.lines.map { try object($0) }.filter { $0["verdict"] == nil }
    let dataset = try TraceDataset(path: files.data)
    #expect(scored.count == dataset.eventCount)
    #expect(scored.compactMap { $0["event"] as? Int } == Array(1...scored.count))
    let names = Set(dataset.vocabulary.map(\.name))
    for event in scored {
      #expect(names.contains(try #require(event["state"] as? String)))
      let surprise = try #require(event["surprise"] as? Double)
      #expect((0...27.631022).contains(surprise))
      #expect((event["scores"] as? [Double])?.count == 1)
    }
    // Another reading of the same numbers: the score is the mean of a thread's last 8 surprises.
    for events in Dictionary(grouping: scored, by: { $0["tid"] as? Int }).values.map({ $0 }) {
      let first = try #require((events.first?["scores"] as? [Double])?.first)
      let surprises = events.compactMap { $0["surprise"] as? Double }
      guard first == surprises[0] else { continue }  // forked: it began with its parent's window
      for index in surprises.indices {
        let window = surprises[max(0, index - 7)...index]
        let mean = window.reduce(0, +) / Double(window.count)
        let score = try #require((events[index]["scores"] as? [Double])?.first)
        #expect(abs(score - mean) < 2e-6)
      }
    }
  }

  @Test func contributionsAddUpToTheScore() throws {
    let verdicts = try score(files.capture, "--explain").lines.map { try object($0) }
    try #require(!verdicts.isEmpty)
    let model = try Program.exporter.succeed(["inspect", files.model, "--json"])
    let digest = try #require(try object(model.text)["digest"] as? String)
    for verdict in verdicts {
      #expect(verdict["verdict"] as? String == "anomalous")
      #expect(verdict["model"] as? String == String(digest.prefix(16)))
      #expect(verdict["channel"] as? String == "window 8")
      let score = try #require(verdict["score"] as? Double)
      #expect(score > (try #require(verdict["threshold"] as? Double)))
      let window = try #require(verdict["window"] as? [[String: Any]])
      let surprises = window.compactMap { $0["surprise"] as? Double }
      #expect(surprises.count == 8)
      // Each of the eight and their mean are rounded down to 1e-6.
      #expect(abs(surprises.reduce(0, +) / 8 - score) <= 2e-6)
      for event in window {
        let expected = try #require(event["expected"] as? [[String: Any]])
        let probabilities = expected.compactMap { $0["probability"] as? Double }
        #expect(probabilities.count == 3)
        #expect(probabilities == probabilities.sorted(by: >))
        #expect(probabilities.reduce(0, +) <= 1)
      }
    }
  }

  @Test func verdictsOfCaptureAndTextAreTheSameBytes() throws {
    let fromCapture = try score(files.capture, "--explain", "--scores")
    #expect(fromCapture.output == (try score(files.textTrace, "--explain", "--scores").output))
  }

  @Test func exportingTwiceGivesTheSameBytes() throws {
    let directory = try TemporaryDirectory()
    try Program.exporter.succeed(
      [
        files.checkpoint, "--calibrate", files.first, "-o", directory.file("again.mle"),
        "--window", "8", "--rule", "max:0.7",
      ])
    #expect(try directory.read("again.mle") == Fixture.bytes(at: files.model))
  }

  @Test func aCaptureImportsToTheSameEvents() throws {
    let directory = try TemporaryDirectory()
    let again = directory.file("again.h5")
    try Program.trainer.succeed(["import", files.capture, "-o", again, "--label", "normal"])
    let (a, b) = (try TraceDataset(path: files.data), try TraceDataset(path: again))
    #expect(a.eventCount == b.eventCount)
    let (namesA, namesB) = (a.vocabulary.map(\.name), b.vocabulary.map(\.name))
    #expect(
      try a.states(in: 0..<a.eventCount).map { namesA[Int($0)] }
        == b.states(in: 0..<b.eventCount).map { namesB[Int($0)] })
  }

  @Test func linesOfTextBecomeADataSetToTrainOn() throws {
    let directory = try TemporaryDirectory()
    let again = directory.file("again.h5")
    try Program.trainer.succeed(["import", files.textTrace, "-o", again])
    let (a, b) = (try TraceDataset(path: files.data), try TraceDataset(path: again))
    func names(_ dataset: TraceDataset) throws -> [String] {
      try dataset.states(in: 0..<dataset.eventCount).map { dataset.vocabulary[Int($0)].name }
    }
    #expect(try names(a) == names(b))
    #expect(try a.times(in: 0..<a.eventCount) == b.times(in: 0..<b.eventCount))
    #expect(a.sequences.count == b.sequences.count)
    for sequence in 0..<a.sequences.count {
      let (one, other) = (a.sequences[sequence], b.sequences[sequence])
      #expect([one.pid, one.tid] == [other.pid, other.tid])
      #expect(one.parent == other.parent)
      #expect(a.sequences.events(of: sequence) == b.sequences.events(of: sequence))
    }
  }

  @Test func numbersAreNotGuessedToBeTextOrSequences() throws {
    let directory = try TemporaryDirectory()
    let numbers = try directory.write("1 1 8195 100\n1 1 8196 200\n".utf8, to: "numbers")
    let output = directory.file("out.h5")
    try Program.trainer.refuse(
      ["import", numbers, "-o", output], status: 64, saying: "--format integers or --format text")
    try Program.trainer.succeed(["import", numbers, "-o", output, "--format", "text"])
    let dataset = try TraceDataset(path: output)
    #expect(dataset.vocabulary.map(\.name) == ["unknown", "state_8195", "state_8196"])
    #expect(try dataset.times(in: 0..<2) == [100, 200])
    try Program.trainer.succeed(["import", numbers, "-o", output, "--format", "integers"])
    #expect(try TraceDataset(path: output).eventCount == 8)
  }

  @Test func labelsOfTimesAreNotForTracesWithoutTimes() throws {
    let directory = try TemporaryDirectory()
    let numbers = try directory.write("1 2 3\n".utf8, to: "numbers.txt")
    let labels = try directory.write("early 1 10 20\n".utf8, to: "labels.txt")
    try Program.trainer.refuse(
      ["import", numbers, "-o", directory.file("data.h5"), "--labels", labels], status: 64,
      saying: "\(labels): says when there were attacks, and no event in \(numbers) has a time")
    #expect(try directory.names() == ["labels.txt", "numbers.txt"])
  }

  @Test func whatCannotCalibrateIsNamed() throws {
    let directory = try TemporaryDirectory()
    let attacks = directory.file("attacks.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", attacks, "--label", "attack"])
    func refuse(_ data: String, _ options: String..., status: Int32, saying fact: String) throws {
      try Program.exporter.refuse(
        [files.checkpoint, "--calibrate", data, "-o", directory.file("m.mle")] + options,
        status: status, saying: "\(data): \(fact)")
    }
    try refuse(attacks, status: 65, saying: "no normal sequence has the 10 events")
    try refuse(files.data, "--window", "200", status: 65, saying: "no normal sequence has the 200")
    let short = directory.file("short.h5")
    let numbers = try directory.write(
      "\((1...20).map(String.init).joined(separator: " "))\n".utf8, to: "numbers")
    try Program.trainer.succeed(["import", numbers, "-o", short, "--label", "normal"])
    try refuse(
      short, "--ewma", "100", status: 65,
      saying: "no normal sequence has the 50 events that a verdict of an")
    try refuse(files.data, "--rule", "max:100", status: 64, saying: "the threshold would be ")
    try Program.exporter.refuse(
      [
        files.checkpoint, "--calibrate", files.first, "-o", directory.file("m.mle"),
        "--precision", "int8", "--max-difference", "1e-9",
      ], status: 65, saying: "\(files.checkpoint): scores in int8 are up to ")
    #expect(try directory.names() == ["attacks.h5", "numbers", "short.h5"])
    let strange = try Program.exporter.succeed(
      [
        files.checkpoint, "--calibrate", short, "-o", directory.file("m.mle"), "--rule", "fixed:5",
      ])
    #expect(strange.errors.contains("20 of 20 events are of states that the network does not know"))
    try Program.trainer.refuse(
      ["train", attacks, "-o", directory.file("c.h5"), "--quiet"], status: 65,
      saying: "\(attacks): no state occurs")
  }

  @Test func progressNeedsATerminal() throws {
    let directory = try TemporaryDirectory()
    let (data, checkpoint) = (directory.file("data.h5"), directory.file("ckpt.h5"))
    let commands: [(Program, [String])] = [
      (.trainer, ["import", files.recording, "-o", data, "--label", "normal"]),
      (.trainer, ["train", data, "-o", checkpoint, "--epochs", "2"] + Pipeline.network),
      (.exporter, [checkpoint, "--calibrate", data, "-o", directory.file("m.mle")]),
      (.trainer, ["evaluate", directory.file("m.mle"), "--normal", data]),
    ]
    for (program, arguments) in commands {
      let outcome = try program.succeed(arguments)
      #expect(!(outcome.output + Array(outcome.errors.utf8)).contains(0x0d), "\(arguments)")
      #expect(!outcome.errors.contains("\u{1b}"), "\(arguments)")
    }
  }
}
