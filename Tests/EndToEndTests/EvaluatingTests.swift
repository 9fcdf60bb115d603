import Foundation
import TestSupport
import Testing
import TraceData

/// What the trainer says about detectors and data: evaluate, bench-detectors and lint.
@Suite struct EvaluatingTests {
  let files: Pipeline

  init() throws { files = try Pipeline.get() }

  @Test func aCheckpointHasNothingToCountAlarmsBy() throws {
    let fact = "\(files.checkpoint): a checkpoint has no threshold; "
    try Program.trainer.refuse(
      ["evaluate", files.checkpoint, "--normal", files.rest], status: 64, saying: fact)
    try Program.trainer.refuse(
      ["evaluate", files.checkpoint, "--attack", files.data, "--multiples", "1"], status: 64,
      saying: fact + "--multiples takes")
  }

  @Test func evaluationCountsWhatThePlayerFlags() throws {
    let outcome = try Program.trainer.succeed(
      ["evaluate", files.model, "--normal", files.data, "--json", "--multiples", "1,100"])
    let outcomes = try #require(try object(outcome.text)["outcomes"] as? [[String: Any]])
    let alarms = outcomes.compactMap { ($0["normal"] as? [String: Any])?["alarms"] as? Int }
    let flagged = try Program.player.succeed(
      ["score", files.model, files.capture]
    ).lines.count
    #expect(alarms.count == 3)
    #expect(flagged > 0)
    #expect(alarms.first == flagged)
    #expect(alarms.last == 0)
  }

  /// What `evaluate` says of a data set under the blob's own rule, and on standard error.
  private func evaluated(
    _ option: String, _ data: String
  ) throws -> (first: [String: Any], errors: String) {
    let outcome = try Program.trainer.succeed(["evaluate", files.model, option, data, "--json"])
    let outcomes = try object(outcome.text)["outcomes"] as? [[String: Any]]
    return (try #require(outcomes?.first), outcome.errors)
  }

  @Test func labelledAttacksAreCountedRunByRun() throws {
    let directory = try TemporaryDirectory()
    let labelled = try files.labelled(in: directory)
    let (first, _) = try evaluated("--attack", labelled)
    let attacks = try #require(first["attacks"] as? [[String: Any]])
    #expect(attacks.compactMap { $0["kind"] as? String } == ["early", "late"])
    #expect(attacks.compactMap { $0["runs"] as? Int } == [1, 1])
    let table = try Program.trainer.succeed(["evaluate", files.model, "--attack", labelled])
    #expect(table.text.contains("attack                   found  events: median, 90 %"))
  }

  @Test func normalDataAreNormalWhateverTheirLabels() throws {
    let directory = try TemporaryDirectory()
    let labelled = try files.labelled(in: directory)
    let (first, errors) = try evaluated("--normal", labelled)
    let normal = try #require(first["normal"] as? [String: Any])
    #expect(normal["events"] as? Int == (try TraceDataset(path: labelled)).eventCount)
    #expect(errors.contains("labelled an attack, which count as normal with --normal"))
  }

  @Test func intervalsWithoutTimesAreSaidToBeLeftOut() throws {
    let directory = try TemporaryDirectory()
    func write(_ name: String, _ label: TraceLabel) throws -> String {
      let writer = try TraceDatasetWriter(
        path: directory.file(name), source: "t", createdBy: "t")
      writer.addInterval(LabelledInterval(start: 0, end: 9, label: .attack, name: "a"))
      for number in 1...2 as ClosedRange<UInt32> {
        let sequence = writer.begin(
          SequenceEntry(pid: number, tid: number, label: number == 1 ? .normal : label, name: "b"))
        for _ in 0..<20 { try writer.append(7, at: 0, to: sequence) }
      }
      try writer.finish()
      return directory.file(name)
    }
    let attack = try write("attack.h5", .attack)
    let outcome = try Program.trainer.succeed(
      ["evaluate", files.model, "--attack", attack, "--json"])
    #expect(
      outcome.errorLines == [
        "mle-trainer: warning: \(attack): has no times to use its intervals of attacks by; runs are"
          + " the sequences labelled an attack"
      ])
    let first = try #require((try object(outcome.text)["outcomes"] as? [[String: Any]])?.first)
    let attacks = try #require(first["attacks"] as? [[String: Any]])
    #expect(attacks.compactMap { $0["kind"] as? String } == ["b"])
    try Program.trainer.refuse(
      ["evaluate", files.model, "--attack", try write("normal.h5", .normal)], status: 65,
      saying: "has intervals of attacks but no times to use them by; import it with --label attack")
  }

  @Test func theBaselinesStandBesideTheNetwork() throws {
    let directory = try TemporaryDirectory()
    let attacks = directory.file("attacks.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", attacks, "--label", "attack"])
    let data = ["--normal", files.rest, "--attack", attacks, "--scores", "window:8,mean", "--json"]
    let bench = try Program.trainer.succeed(
      ["bench-detectors", files.first, "--checkpoint", files.checkpoint] + data)
    let evaluated = try Program.trainer.succeed(
      ["evaluate", files.model, "--train", files.first] + data)
    let sections = try #require(try object(bench.text)["sections"] as? [[String: Any]])
    #expect(
      sections.compactMap { $0["aggregation"] as? String } == ["window 8", "mean of the trace"])
    // A checkpoint's scores are those of the blob that it becomes.
    let comparison = try #require(try object(evaluated.text)["comparison"] as? [String: Any])
    let same = try #require(comparison["sections"] as? [[String: Any]])
    func views(_ sections: [[String: Any]]) -> NSArray {
      NSArray(array: sections.compactMap { $0["views"] })
    }
    #expect(views(sections) == views(same))
    #expect((try object(bench.text)["detectors"] as? [Any])?.count == 3)
    try Program.trainer.refuse(
      ["bench-detectors", files.first, "--attack", files.data, "--checkpoint", files.model],
      status: 65, saying: "\(files.data): nothing in it is labelled an attack")
    try Program.trainer.refuse(
      ["bench-detectors", files.rest, "--attack", attacks, "--checkpoint", files.model],
      status: 64, saying: "\(files.model): was trained on other data than \(files.rest);")
  }

  @Test func aBenchWithoutACheckpointTrainsOneAndLeavesNothingBehind() throws {
    let directory = try TemporaryDirectory()
    let attacks = directory.file("attacks.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", attacks, "--label", "attack"])
    func scratch() throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: NSTemporaryDirectory()))
        .filter { $0.hasPrefix("mle-bench-") }
    }
    let before = try scratch()
    let arguments = [
      "bench-detectors", files.first, "--normal", files.rest, "--attack", attacks, "--scores",
      "window:8",
    ]
    let outcome = try Program.trainer.succeed(arguments)
    #expect(outcome.text.contains("    network"))
    #expect(outcome.errors.contains("\(files.first): "))
    // What cannot be compared is refused before anything is trained.
    let refused = try Program.trainer.run(
      ["bench-detectors", files.first, "--attack", files.rest])
    #expect(refused.status == 65)
    #expect(refused.errorLines.count == 1)
    #expect(refused.errors.contains("\(files.rest): nothing in it is labelled an attack; "))
    let stopped = try Program.trainer.start(arguments)
    try eventually { try !stopped.isAlive() || !scratch().subtracting(before).isEmpty }
    stopped.send(SIGINT)
    let end = try stopped.wait()
    // It may have been done with training by then.
    #expect(end.status == 130 || end.signal == SIGINT || end.status == 0)
    #expect(try scratch().subtracting(before).isEmpty)
  }

  @Test func lintFailsOnlyWhereDataContradictThemselves() throws {
    let directory = try TemporaryDirectory()
    let clean = try Program.trainer.succeed(["lint", files.data, "--against", files.rest])
    #expect(clean.text.contains("are copies of one here"))
    let json = try Program.trainer.succeed(["lint", files.data, "--json"])
    #expect((try object(json.text)["suspects"] as? [Any])?.isEmpty == false)
    let labels = try directory.write("early 1 10 20\n".utf8, to: "labels.txt")
    let labelled = directory.file("labelled.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", labelled, "--labels", labels])
    let outcome = try Program.trainer.refuse(
      ["lint", labelled], status: 65, saying: "\(labelled): has problems")
    #expect(outcome.text.contains("problem  labels: 1 of 1 intervals are outside"))
  }

  @Test func baselinesNeedNormalDataToLearnFrom() throws {
    let directory = try TemporaryDirectory()
    let attacks = directory.file("attacks.h5")
    try Program.trainer.succeed(["import", files.recording, "-o", attacks, "--label", "attack"])
    try Program.trainer.refuse(
      ["evaluate", files.model, "--attack", attacks, "--train", attacks], status: 65,
      saying: "\(attacks): has no normal event to learn from")
  }
}
