import Foundation
import ModelFormat
import Scoring
import Testing

@testable import Evaluation

@Suite struct EvaluationReportTests {
  private let rules = [
    EvaluationReport.Rule(name: "the blob's", channels: [Self.channel(units: 3 << 24)]),
    EvaluationReport.Rule(name: "1.5 x largest", channels: [Self.channel(units: 9 << 22)]),
  ]

  private static func channel(units: UInt32) -> DetectionChannel {
    DetectionChannel(
      length: 1, minimumEvents: 1, threshold: Surprise(units: units), rule: .fixed, parameter: 1,
      calibrationMaximum: Surprise(units: 1))
  }

  /// Two runs of one attack, of which the larger threshold finds one, and one of another.
  private func studies(
    _ runs: [AttackRun], normalTime: UInt64? = 20_000_000
  ) -> [DetectionStudy] {
    rules.map { rule in
      var study = DetectionStudy(
        channels: rule.channels, runs: runs, normalTime: normalTime)
      let events: [(nats: Double, time: UInt64)] = [
        (2.5, 50), (1, 1_000_000), (2.5, 3_000_000), (4, 12_000_000), (0.5, 13_000_000),
        (1, 20_000_000),
      ]
      for (index, event) in events.enumerated() {
        study.add(
          InlineArray<4, Score>(
            repeating: Score(sum: UInt64(event.nats * 16_777_216), weight: 1)),
          pastEvents: 1, tid: UInt32(index), time: event.time)
      }
      return study
    }
  }

  private let runs = [
    AttackRun(kind: "inj_id", time: 500_000...4_000_000),
    AttackRun(kind: "inj_id", time: 10_000_000...14_000_000),
    AttackRun(kind: "a-kind-with-a-name-longer-than-its-column", time: 30_000_000...40_000_000),
  ]

  @Test func theTextIsATableAThreshold() {
    let report = EvaluationReport(
      model: "m.mle", rules: rules, normal: studies([]), attack: studies(runs), hasTimes: true)
    #expect(
      report.text == """
        window 1 over 3.000 nats (the blob's)
          false alarms on normal data    1 in 6 events, 166666.7 a million, 180000.0 an hour
          false alarms between attacks   0 in 2 events, 0.0 a million, 0.0 an hour
          attack                   found  events: median, 90 %    ms: median, 90 %
          a-kind-with-a-name-longer-than-its-column      0 of 1                     -                   -
          inj_id                  1 of 2                  1, 1            2.0, 2.0

        window 1 over 2.250 nats (1.5 x largest)
          false alarms on normal data    3 in 6 events, 500000.0 a million, 540000.0 an hour
          false alarms between attacks   1 in 2 events, 500000.0 a million, 180000.0 an hour
          attack                   found  events: median, 90 %    ms: median, 90 %
          a-kind-with-a-name-longer-than-its-column      0 of 1                     -                   -
          inj_id                  2 of 2                  1, 2            2.0, 2.5

        """)
  }

  @Test func withoutTimesDelaysAreInEventsOnly() {
    let report = EvaluationReport(
      model: "m.mle", rules: rules, normal: [], attack: studies(runs, normalTime: nil),
      hasTimes: false)
    #expect(report.text.contains("0 in 2 events, 0.0 a million\n"))
    #expect(
      report.text.contains(
        "inj_id                  1 of 2                  1, 1                   -"))
  }

  @Test func whatWasNotEvaluatedIsLeftOut() throws {
    let normal = EvaluationReport(
      model: "m", rules: rules, normal: studies([]), attack: [], hasTimes: true)
    #expect(
      normal.text == """
        window 1 over 3.000 nats (the blob's)
          false alarms on normal data    1 in 6 events, 166666.7 a million, 180000.0 an hour

        window 1 over 2.250 nats (1.5 x largest)
          false alarms on normal data    3 in 6 events, 500000.0 a million, 540000.0 an hour

        """)
    let attack = EvaluationReport(
      model: "m", rules: rules, normal: [], attack: studies(runs), hasTimes: true)
    #expect(!attack.text.contains("normal data"))
  }

  @Test func theJSONHoldsTheSame() throws {
    let report = EvaluationReport(
      model: "m.mle", rules: rules, normal: studies([]), attack: studies(runs), hasTimes: true)
    let json = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(json["model"] as? String == "m.mle")
    let outcomes = try #require(json["outcomes"] as? [[String: Any]])
    let thresholds = outcomes.compactMap { ($0["thresholds"] as? [[String: Any]])?.first }
    #expect(thresholds.compactMap { $0["nats"] as? Double } == [3, 2.25])
    #expect(thresholds.compactMap { $0["channel"] as? String } == ["window 1", "window 1"])
    #expect(outcomes.compactMap { $0["rule"] as? String } == ["the blob's", "1.5 x largest"])
    let second = outcomes[1]
    #expect(
      (second["normal"] as? [String: Double])
        == ["alarms": 3, "events": 6, "perMillionEvents": 500_000, "perHour": 540_000])
    #expect((second["betweenAttacks"] as? [String: Double])?["alarms"] == 1)
    let kinds = try #require(second["attacks"] as? [[String: Any]])
    #expect(kinds.compactMap { $0["found"] as? Int } == [0, 2])
    #expect(kinds.last?["medianMilliseconds"] as? Double == 2)
    #expect(kinds.last?["slowMilliseconds"] as? Double == 2.5)
    #expect(kinds.first?["medianEvents"] == nil)
  }
}
