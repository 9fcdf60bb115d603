import ModelFormat
import Testing

@testable import Evaluation

@Suite struct ThresholdChoiceTests {
  @Test func rulesAreReadAsTheyAreWritten() {
    let rules: [(String, ThresholdChoice)] = [
      ("article", .multipleOfLargest(2)), ("max:1.5", .multipleOfLargest(1.5)),
      ("fixed:3.25", .fixed(3.25)), ("quantile:0.999", .quantile(0.999)),
      ("false-alarms:0.5", .falseAlarmsPerDay(0.5)),
    ]
    for (name, choice) in rules {
      #expect(ThresholdChoice(name: name) == choice)
      #expect(choice.name == name)
    }
    #expect(ThresholdChoice(name: "max:2") == .multipleOfLargest(2))
    for name in [
      "", "max", "max:", "max:0", "max:-1", "max:nan", "max:inf", "quantile:1.01", "quantile:x",
      "false-alarms:0", "other:1", "article:2", "fixed:1:2", "max:1e39", "quantile:1e-46",
    ] {
      #expect(ThresholdChoice(name: name) == nil, "\(name)")
    }
  }

  /// Peaks 0.01, 0.02 ... 10 nats; a day has ten thousand.
  private func data(channels: Int = 1) -> ThresholdData {
    var data = ThresholdData(largest: Surprise(nats: 1), outOfFold: [])
    data.peaks = PeaksOverThreshold((1...1000).map { Double($0) / 100 })
    data.peaksPerDay = 10_000
    data.channelCount = channels
    return data
  }

  @Test func falseAlarmsAreCountedOff() throws {
    // 200 a day is 2 %: the 20 largest of 1000 are over 9.80.
    let threshold = try ThresholdChoice.falseAlarmsPerDay(200).threshold(data())
    #expect(abs(threshold.exactNats - 9.80) < 1e-6)
    // Two channels share them.
    let half = try ThresholdChoice.falseAlarmsPerDay(200).threshold(data(channels: 2))
    #expect(abs(half.exactNats - 9.90) < 1e-6)
    // More than there are peaks: the lowest.
    let all = try ThresholdChoice.falseAlarmsPerDay(20_000).threshold(data())
    #expect(abs(all.exactNats - 0.01) < 1e-6)
  }

  @Test func rareOnesAreExtrapolated() throws {
    // A uniform tail ends where it ends: the highest tenth has ξ = -1.
    let threshold = try ThresholdChoice.falseAlarmsPerDay(1).threshold(data())
    #expect((9.9...10.1).contains(threshold.exactNats))
  }

  @Test func whatIsMissingIsNamed() {
    func error(_ change: (inout ThresholdData) -> Void) -> ThresholdError? {
      var data = data()
      change(&data)
      do throws(ThresholdError) {
        _ = try ThresholdChoice.falseAlarmsPerDay(1).threshold(data)
        return nil
      } catch { return error }
    }
    #expect(error { $0.outOfFold = nil } == .noOutOfFoldScores)
    #expect(error { $0.peaks = nil } == .tooFewPeaks(needed: 60))
    #expect(error { $0.peaksPerDay = nil } == .noEventRate)
    let heavy = PeaksOverThreshold((1...1000).map { 25 / Double($0) })
    #expect(
      error {
        $0.peaks = heavy
        $0.peaksPerDay = 1e9
      }.map { if case .unreachable = $0 { true } else { false } } == true)
    #expect(throws: ThresholdError.noOutOfFoldScores) {
      try ThresholdChoice.quantile(0.5).threshold(ThresholdData(largest: .cap))
    }
  }
}
