import Foundation
import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Evaluation

@Suite struct ChartTests {
  @Test(arguments: [
    (0.0, 1.0), (3.1, 4.0), (4.083, 5.0), (27.6, 30), (0.013, 0.015), (100, 100), (999, 1000),
  ]) func anAxisEndsAtARoundNumberThatIsNotBelow(largest: Double, end: Double) {
    let axis = Axis.linear("x", upTo: largest)
    if largest > 0 { #expect(abs(axis.range.upperBound - end) < 1e-9) }
    #expect(axis.range.upperBound >= largest)
    #expect((4...8).contains(axis.ticks.count) || largest == 0)
  }

  @Test func aLogarithmicAxisHasTicksWithinItsRange() {
    let decades = Axis(label: "", scale: .logarithmic, range: 9e-5...1)
    #expect(decades.ticks.map(decades.text) == ["0.0001", "0.001", "0.01", "0.1", "1"])
    let narrow = Axis(label: "", scale: .logarithmic, range: 0.07...0.9)
    #expect(narrow.ticks.map(narrow.text) == ["0.1", "0.2", "0.5"])
    #expect(abs(decades.share(0.0003) - log10(0.0003 / 9e-5) / log10(1 / 9e-5)) < 1e-12)
    #expect(decades.share(0) == 0)
    let texts = [1000, 20_000, 100_000, 2_500_000].map(decades.text)
    #expect(texts == ["1000", "20k", "100k", "2.5M"])
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ]) func thousandsAreGrouped(number: Int, text: String) { #expect(number.grouped == text) }

  @Test func markupInTextStaysText() {
    #expect(
      HTML.escaped("<a href='x'>&\"\u{0}\u{9b}é")
        == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}é")
  }

  /// However many values there are, none of the extremes is lost and nothing is made up.
  @Test func binsKeepEveryPeak() throws {
    var random = SplitMix64(seed: 3)
    let values = (0..<50_000).map { _ in Double.random(in: 0...30, using: &random) }
    var bins = TimeBins(0...49_999, count: 1000)
    for (time, value) in values.enumerated() { bins.add(value, at: UInt64(time)) }
    bins.add(99, at: 50_000)
    for (index, range) in bins.bins.enumerated() {
      // 49,999 intervals between the first and the last: a border falls between two values.
      let part = values.indices.filter { min(Int(Double($0) / 49_999 * 1000), 999) == index }
        .map { values[$0] }
      #expect(range == (try #require(part.min()))...(try #require(part.max())))
    }
    #expect(bins.largest == values.max())
    var one = TimeBins(5...5, count: 3)
    one.add(1, at: 5)
    #expect(one.bins == [1...1, nil, nil])
  }

  @Test func aLineLeavesOutWhatNobodySees() {
    let chart = Chart(title: "t", x: .exact("", 0...1), y: .exact("", 0...1))
    let points = (0...100_000).map { (x: Double($0) / 1e5, y: 0.5) }
    #expect(chart.line(points, class: "s0").utf8.count < 60_000)
    #expect(chart.line([], class: "s0") == "<path class=\"s0\" d=\"\"/>")
  }

  @Test func precisionAndRecallAreThoseOfTheCounts() throws {
    let scores = RankedScores(positives: [5, 4, 4, 1], negatives: [4, 3, 2, 0, 0])
    let metrics = RankingMetrics(scores)
    let points = metrics.roc.compactMap { metrics.precisionRecall(at: $0) }
    for point in points {
      // Some threshold has these counts.
      #expect(
        [0.5, 1, 3, 4, 4.5].contains { threshold in
          let found = scores.positives.count { $0 > threshold }
          let all = found + scores.negatives.count { $0 > threshold }
          return all > 0 && abs(point.x - Double(found) / 4) < 1e-12
            && abs(point.y - Double(found) / Double(all)) < 1e-12
        } || point.x == 1)
    }
    #expect(points.first.map { $0.y } == 1)
    #expect(points.last.map { $0.y } == 4.0 / 9)
  }

  @Test func aHistogramCountsAndAddsUp() {
    var (a, b) = (ScoreHistogram(), ScoreHistogram())
    a.add(0, isAttack: false)
    a.add(27.63, isAttack: true)
    b.add(0.049, isAttack: false)
    b.add(0.05, isAttack: false)
    b.add(12, isAttack: true)
    a.add(b)
    #expect(a.normal == [2, 1])
    #expect(a.attack.count == 553 && a.attack[240] == 1 && a.attack[552] == 1)
    #expect(a.attack.reduce(0, +) == 2)
  }

  @Test func lossesAreReadFromALogAndTheLastOfAnEpochCounts() throws {
    let log = """
      {"epoch":1,"step":10,"train_loss":0.9,"held_out_loss":0.5,"best":true}
      {"epoch":2,"step":20,"train_loss":0.7,"held_out_loss":0.3,"best":true}
      {"epoch":2,"step":20,"train_loss":0.6,"held_out_loss":0.2,"best":true}
      {"epoch":3,"step":30,"train_loss":0.5,"held_out_loss":0.25,"best":false}

      """
    let losses = try TrainingLosses(log: Data(log.utf8))
    #expect(losses.epochs.map(\.trainLoss) == [0.9, 0.6, 0.5])
    #expect(losses.best?.epoch == 2)
    #expect(losses.chart.contains("best: 2"))
    let unmeasured = try TrainingLosses(
      log: Data("{\"epoch\":1,\"train_loss\":1,\"held_out_loss\":null}".utf8))
    #expect(unmeasured.best == nil)
    #expect(!unmeasured.chart.contains("nan"))
  }

  @Test(arguments: [
    ("", "is empty; "), ("{\"epoch\":1,\"train_loss\":1}\nx\n", "line 2 tells of no epoch; "),
    ("{\"epoch\":0,\"train_loss\":1}", "line 1 tells of no epoch; "), ("\u{0}", "line 1 "),
  ]) func whatIsNoLogIsRefused(log: String, fact: String) {
    #expect {
      try TrainingLosses(log: Data(log.utf8))
    } throws: { ($0 as? TrainingLosses.LogError)?.description.hasPrefix(fact) == true }
  }
}
