import Foundation
import ModelFormat
import Scoring
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct ReportPageTests {
  private static let hostile = "<script>alert('\"&')</script>"
  private let files: TestDataset
  private let model: LoadedModel
  private let attack: TraceDataset

  /// Two channels; states 12 and 13 are not known. The attack has them and a name that is markup.
  init() throws {
    files = try TestDataset()
    let network = TestModel(
      TestModel.tcn(
        vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated,
        isTied: true), seed: 9, window: 7, minimumEvents: 3, threshold: 6
    ).changing {
      $0.channels.append($0.channels[0])
      $0.channels[1].kind = .ewma
      $0.channels[1].length = 13
    }
    model = try LoadedModel(bytes: try network.description.encoded())
    var random = SplitMix64(seed: 12)
    func states(_ range: Range<UInt32>) -> [UInt32] {
      (0..<80).map { _ in UInt32.random(in: range, using: &random) }
    }
    attack = try files.make(
      [
        .init(
          states: states(1..<12), times: (0..<80).map { 1000 + 10 * $0 }, name: Self.hostile),
        .init(
          states: states(1..<14), times: (0..<80).map { 2000 + 10 * $0 }, label: .attack,
          name: Self.hostile,
          parent: SequenceParent(sequence: 0, events: 80)),
      ],
      intervals: [LabelledInterval(start: 2000, end: 2900, label: .attack, name: Self.hostile)])
  }

  private struct Made {
    let page: String
    let recorder: ReportRecorder
    let alerts: Int
  }

  private func make(
    _ dataset: TraceDataset, isNormal: Bool, losses: TrainingLosses? = nil
  ) throws -> Made {
    let recorder = try ReportRecorder(model, dataset, isNormal: isNormal, digest: Self.hostile)
    let rule = EvaluationReport.Rule(name: Self.hostile, channels: model.channels)
    var alerts = 0
    let studies = try DetectionStudy.studies(
      of: model, on: dataset, isNormal: isNormal, rules: [rule.channels],
      observe: { step, scorer in
        if step.scored.verdict != nil { alerts += 1 }
        try recorder.add(step, by: scorer)
      })
    var trial = DetectorTrial()
    trial.aggregations = model.withModel { $0.aggregations }
    let detector = NetworkDetector(name: Self.hostile, model, byteCount: 0)
    let report = EvaluationReport(
      model: Self.hostile, rules: [rule], normal: isNormal ? studies : [],
      attack: isNormal ? [] : studies, hasTimes: true,
      comparison: isNormal
        ? nil : try trial.compare([detector], training: nil, normal: nil, attack: dataset))
    let page = ReportPage(
      model, name: Self.hostile, report: report, recorders: [recorder], losses: losses,
      tool: Self.hostile, options: [(Self.hostile, Self.hostile)])
    return Made(page: page.html, recorder: recorder, alerts: alerts)
  }

  @Test func nothingFromAFileBecomesMarkup() throws {
    let page = try make(attack, isNormal: false).page
    #expect(!page.contains("<script"))
    #expect(!page.contains(Self.hostile))
    // Title, heading, rule, kind, program, detector, tool, option and its value, digest.
    #expect(page.components(separatedBy: HTML.escaped(Self.hostile)).count > 12)
  }

  @Test func thePageIsWellFormedAndAsksForNothing() throws {
    let page = try make(attack, isNormal: false).page
    #expect(page.contains("default-src 'none'"))
    for request in ["http:", "https:", "src=", "href=", "url(", "@import", "<link", "<img"] {
      #expect(!page.contains(request), "\(request)")
    }
    // Every element but those that have no end is closed by its own name, the innermost first.
    var open: [Substring] = []
    for tag in page.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/) {
      let (isEnd, name, isWhole) = (!tag.1.isEmpty, tag.2, !tag.3.isEmpty)
      if isWhole || name == "meta" { continue }
      if isEnd { #expect(open.popLast() == name) } else { open.append(name) }
    }
    #expect(open.isEmpty)
    for number in ["nan", "inf"] { #expect(!page.lowercased().contains(">\(number)")) }
    #expect(!page.contains("\"nan") && !page.contains("Mnan"))
  }

  @Test func theSameEvaluationGivesTheSameBytes() throws {
    #expect(try make(attack, isNormal: false).page == make(attack, isNormal: false).page)
  }

  @Test func everyChannelHasItsChartAndThreshold() throws {
    let page = try make(attack, isNormal: false).page
    #expect(page.components(separatedBy: "threshold 6.00 nats").count == 3)
    // A plot and a histogram a channel, and three curves for each view of each.
    #expect(page.components(separatedBy: "<svg").count - 1 == 2 * (1 + 1 + 3 * 3))
    // Both ROC curves say what chance is, of traces and windows: of runs it depends on how long they are.
    #expect(page.components(separatedBy: "class=\"chance\"").count - 1 == 2 * 2 * 2)
    for name in ["window 7", "ewma 13"] { #expect(page.contains("(\(name))")) }
  }

  @Test func contributionsAddUpToTheScoresSum() throws {
    let made = try make(attack, isNormal: false)
    try #require(!made.recorder.alerts.isEmpty)
    for alert in made.recorder.alerts {
      let explained = alert.explained
      let sum = explained.events.reduce(explained.earlier.sum) { $0 + $1.contribution }
      #expect(sum == explained.score.sum)
      #expect(explained.score.isOver(alert.channel.threshold))
      for event in explained.events {
        #expect(event.expected.count == 3)
        #expect(event.expected.map(\.probability).reduce(0, +) <= 1)
        // The data set's own names, also of what the model does not know.
        #expect(event.isKnown == !["state12", "state13"].contains(event.state))
      }
    }
    let known = made.recorder.alerts.flatMap(\.explained.events).map(\.isKnown)
    #expect(known.contains(true) && known.contains(false))
    // The page's rows add up as well.
    let tables = made.page.components(separatedBy: "<details").filter { $0.contains("<b>together") }
    #expect(tables.count == made.recorder.alerts.count)
    for table in tables {
      let values = table.matches(of: /<data value="(\d+)">/).compactMap { UInt64($0.1) }
      #expect(values.dropLast().reduce(0, +) == values.last)
    }
  }

  @Test func normalDataHaveFalseAlarmsAndAreExplained() throws {
    let made = try make(attack, isNormal: true)
    #expect(made.alerts > 0)
    #expect(made.recorder.alerts.count == min(made.alerts, ReportRecorder.explainedFalseAlarms))
    #expect(made.recorder.alerts.allSatisfy { $0.kind == nil })
    #expect(made.page.contains("False alarms, the first of each data set"))
    #expect(!made.page.contains("While an attack ran"))
  }

  @Test func surprisingEventsAreCountedByState() throws {
    let made = try make(attack, isNormal: false)
    let states = try attack.states(in: 80..<160)
    for entry in made.recorder.attackStates.most(100) where entry.example?.event.isKnown == false {
      #expect(entry.count == states.count { attack.vocabulary[Int($0)].name == entry.state })
      #expect(entry.surprise == .cap)
      #expect(entry.example?.kind == Self.hostile)
    }
    let all = made.recorder.attackStates.most(100).map(\.surprise)
    #expect(all.count > 2 && all == all.sorted(by: >))
  }

  @Test func withoutTimesTheAxisCountsEvents() throws {
    let plain = try files.make(
      [.init(states: (0..<90).map { 1 + $0 % 11 }, label: .attack)], name: "plain.h5")
    let page = try make(plain, isNormal: false).page
    #expect(page.contains(">events</text>"))
    #expect(!page.contains("time, seconds"))
  }

  @Test func aPlotShowsEveryChannelOnPaperOfItsOwn() throws {
    let time = try #require(try attack.timeSpan())
    #expect(time == 1000...2790)
    var plot = try ScorePlot(attack, scoredBy: model, time: time)
    try DatasetScorer(model, attack).run { plot.add($0.scored, time: $0.time) }
    #expect(plot.svg.components(separatedBy: "<svg").count == 4)
    #expect(plot.svg.contains("viewBox=\"0 0 1060 540\""))
    #expect(plot.svg.contains("y=\"270\""))
    #expect(plot.svg.contains("class=\"over\" d=\"M"))
    #expect(!plot.svg.contains(Self.hostile))
  }
}
