import Foundation
import ModelFormat
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct DetectorTrialTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  /// Surprises that are the states themselves, in nats.
  private struct Literal: EventDetector {
    let name = "literal"
    let byteCount = 3
    func surprises(of dataset: TraceDataset) throws -> [Surprise] {
      try dataset.states(in: 0..<dataset.eventCount).map { index in
        let name = dataset.vocabulary[Int(index)].name
        return Surprise(nats: Float(name.dropFirst(5)) ?? 0)
      }
    }
  }

  // MARK: Units

  private func units(
    _ dataset: TraceDataset, _ aggregation: Aggregation, isNormal: Bool = false, window: Int
  ) throws -> EvaluationUnits {
    var units = EvaluationUnits(columnCount: 1)
    try units.add(
      ScoreReplay(
        dataset, surprises: [try Literal().surprises(of: dataset)], aggregations: [aggregation]),
      of: dataset, runs: try AttackRuns(dataset, isNormal: isNormal).runs, isNormal: isNormal,
      windowLength: window, keepsLast: [!aggregation.isOnline])
    return units
  }

  @Test func tracesScoreTheirLargestOrTheirMean() throws {
    let dataset = try files.make([
      .init(states: [1, 7, 3]), .init(states: [5, 4], label: .attack),
      .init(states: [9], label: .unlabelled),
    ])
    let single = Aggregation.window(length: 1, minimum: 1)
    let largest = try units(dataset, single, window: 2).scores(.traces, column: 0)
    #expect(largest.positives == [5])
    #expect(largest.negatives == [7])
    let means = try units(dataset, .mean, window: 2).scores(.traces, column: 0)
    #expect(means.positives == [4.5])
    #expect(means.negatives == [11.0 / 3])
    // In normal data all that is not labelled is normal.
    let normal = try units(dataset, single, isNormal: true, window: 2)
    #expect(normal.scores(.traces, column: 0).negatives == [5, 7, 9])
    #expect(normal.scores(.traces, column: 0).positives.isEmpty)
  }

  @Test func tooFewEventsForAVerdictScoreNothing() throws {
    let dataset = try files.make([.init(states: [8, 8, 2]), .init(states: [9, 9])])
    let scores = try units(dataset, .window(length: 3, minimum: 3), window: 10)
      .scores(.traces, column: 0)
    #expect(scores.negatives == [0, 6])
  }

  @Test func windowsEndAtTheirLengthAndAtTheBordersOfRuns() throws {
    let dataset = try files.make(
      [
        .init(states: [1, 2, 3, 9, 4, 8], times: [10, 20, 30, 40, 50, 60]),
        .init(states: [7, 6, 5], times: [25, 45, 55]),
      ],
      intervals: [LabelledInterval(start: 40, end: 50, label: .attack, name: "a")])
    // By time: 1 2 | 7 3 | run: 9 6 | 4 | then 5 8.
    let found = try units(dataset, .window(length: 1, minimum: 1), window: 2)
    #expect(found.scores(.windows, column: 0).negatives == [2, 7, 8])
    #expect(found.scores(.windows, column: 0).positives == [4, 9])
    #expect(found.scores(.runs, column: 0).positives == [9])
    #expect(found.scores(.runs, column: 0).negatives == [2, 7, 8])
    #expect(found.scores(.runs, column: 0, kind: "a").positives == [9])
    #expect(found.scores(.runs, column: 0, kind: "b").positives.isEmpty)
  }

  @Test func withoutTimesNoWindowHoldsTwoTraces() throws {
    let dataset = try files.make([.init(states: [1, 2, 3]), .init(states: [6, 5])])
    let found = try units(dataset, .window(length: 1, minimum: 1), window: 2)
    #expect(found.scores(.windows, column: 0).negatives == [2, 3, 6])
  }

  // MARK: Comparisons

  @Test func alarmsAreCountedAtEveryRulesThreshold() throws {
    let second: UInt64 = 1_000_000_000
    let normal = try files.make(
      [.init(states: [1, 4, 1, 4, 2], times: (0...4).map { $0 * second })], name: "n.h5")
    let attack = try files.make(
      [.init(states: [1, 9, 1, 2, 9], times: (10...14).map { $0 * second })],
      intervals: [
        LabelledInterval(start: 12 * second, end: 14 * second, label: .attack, name: "a")
      ], name: "a.h5")
    let training = try files.make([.init(states: [3, 1, 1])], name: "t.h5")
    var trial = DetectorTrial()
    trial.aggregations = [.window(length: 1, minimum: 1), .mean]
    trial.multiple = 1
    let result = try trial.compare([Literal()], training: training, normal: normal, attack: attack)
    #expect(result.sections.map(\.aggregation) == ["window 1", "mean of the trace"])
    let reports = result.sections[0].alarms[0].thresholds
    #expect(
      reports.map(\.rule) == [
        "0.1 % of normal traces", "1 % of normal traces", "5 % of normal traces",
        "1.0 x largest of training",
      ])
    // At most no normal trace: over 9, the largest of the attack data's normal trace.
    #expect(reports[1].threshold == 9)
    #expect(reports[1].runs?.found == 0)
    let own = try #require(reports.last)
    #expect(own.threshold == 3)
    #expect(own.normal?.alarms == 2)
    #expect(own.normal?.events == 5)
    #expect(own.normal?.perMillionEvents == 400_000)
    #expect(own.normal?.perHour == 1800)
    #expect(own.betweenAttacks?.alarms == 1)
    #expect(own.runs?.found == 1)
    #expect(own.runs?.medianEvents == 3)
    #expect(own.runs?.medianMilliseconds == 2000)
    #expect(own.kinds.map(\.kind) == ["a"])
    // A mean is known when all is over: no alarm can be made of it.
    #expect(result.sections[1].views.map(\.view) == [.traces])
    #expect(result.sections[1].alarms[0].thresholds.allSatisfy { $0.normal?.alarms == nil })
  }

  /// A pass over a large data set takes minutes.
  @Test func whatANetworkHasScoredItDoesNotScoreAgain() throws {
    let dataset = try files.make([.init(states: [1, 2, 3])], name: "n.h5")
    let other = try files.make([.init(states: [1, 2, 3])], name: "a.h5")
    let network = TestModel(
      TestModel.tcn(
        vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated,
        isTied: true), seed: 9, window: 7)
    let model = try LoadedModel(bytes: try network.description.encoded())
    let told = ScoringPass { [1, 2, 3].map { Surprise(units: $0) } }
    let detector: any EventDetector = NetworkDetector(
      name: "n", model, byteCount: 0, passes: [dataset.path: told])
    let pass = try detector.pass(over: dataset)
    #expect(pass.surprises == told.surprises)
    #expect(pass.seconds == told.seconds)
    let scored = try detector.pass(over: other)
    #expect(try scored.surprises == detector.surprises(of: dataset))
    #expect(scored.seconds > told.seconds)
  }

  @Test func columnsAreApartHoweverManyRunsThereAre() throws {
    var trial = DetectorTrial()
    trial.aggregations = [.window(length: 1, minimum: 1)]
    let attacks = (1...1000).map {
      TestDataset.Trace(states: [2], label: .attack, name: "kind-\($0)")
    }
    let result = try trial.compare(
      [Literal()], training: nil, normal: try files.make([.init(states: [1])], name: "n.h5"),
      attack: try files.make(attacks, name: "a.h5"))
    let lines = result.text.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(
      lines.last == ["kind", "1.0000", "1000", "of", "1000", "1,", "1"], "\(result.text)")
    // Under every threshold: the score, three shares, the runs found.
    let found = lines.filter { $0.first == "literal" && $0.count > 8 }.map { $0[5...7] }
    #expect(found == Array(repeating: ["1000", "of", "1000"], count: 3), "\(result.text)")
  }

  @Test func theBaselinesStandBesideTheNetwork() throws {
    var random = SplitMix64(seed: 3)
    func cycle(_ count: Int, odd: Bool = false) -> [UInt32] {
      (0..<count).map { odd ? UInt32.random(in: 1...4, using: &random) : UInt32($0 % 4 + 1) }
    }
    let training = try files.make((0..<5).map { _ in .init(states: cycle(40)) }, name: "t.h5")
    let normal = try files.make((0..<4).map { _ in .init(states: cycle(30)) }, name: "n.h5")
    let attack = try files.make(
      (0..<4).map { _ in .init(states: cycle(30, odd: true), label: .attack) }, name: "a.h5")
    var trial = DetectorTrial()
    trial.aggregations = [.window(length: 10, minimum: 10)]
    let result = try trial.compare(
      [try Baseline.stide(learning: training), try Baseline.kneserNey(learning: training)],
      training: training, normal: normal, attack: attack)
    for metrics in try #require(result.sections[0].views.first).metrics {
      #expect(metrics.auc == 1)
      #expect(metrics.attacks == 4)
      #expect(metrics.normal == 4)
    }
    #expect(result.detectors.map(\.name) == ["STIDE n=6", "Kneser-Ney n=6"])
    #expect(result.detectors.allSatisfy { $0.bytes > 0 })
    let text = result.text
    for name in ["STIDE n=6", "Kneser-Ney n=6", "traces: 4 of attacks, 4 normal", "window 10"] {
      #expect(text.contains(name), "\(text)")
    }
    let json = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(result)) as? [String: Any])
    let sections = try #require(json["sections"] as? [[String: Any]])
    let views = try #require(sections[0]["views"] as? [[String: Any]])
    #expect(views.compactMap { $0["view"] as? String } == ["traces", "windows", "runs"])
  }
}
