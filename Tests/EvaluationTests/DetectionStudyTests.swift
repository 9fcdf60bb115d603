import ModelFormat
import Scoring
import Testing

@testable import Evaluation

/// Threshold 10 units and scores over 4 events, of which at least 2 count, unless said otherwise.
@Suite struct DetectionStudyTests {
  private func study(_ runs: AttackRun..., minimumEvents: Int = 2) -> DetectionStudy {
    DetectionStudy(channels: [channel(10, minimumEvents: minimumEvents)], runs: runs)
  }

  private func channel(_ units: UInt32, minimumEvents: Int) -> DetectionChannel {
    DetectionChannel(
      length: 4, minimumEvents: minimumEvents, threshold: Surprise(units: units), rule: .fixed,
      parameter: 1, calibrationMaximum: Surprise(units: units))
  }

  private func score(_ units: UInt64, count: UInt32 = 4) -> Score {
    Score(sum: units * UInt64(count), weight: count)
  }

  private func run(_ kind: String, _ time: ClosedRange<UInt64>) -> AttackRun {
    AttackRun(kind: kind, time: time)
  }

  @Test func aRunIsFoundAtTheFirstEventOverTheThreshold() {
    var study = study(run("a", 100...200))
    study.add(score(5), tid: 1, time: 99)
    study.add(score(10), tid: 1, time: 100)  // at the threshold, not over it
    study.add(score(3), tid: 2, time: 120)
    study.add(score(11), tid: 2, time: 130)
    study.add(score(40), tid: 1, time: 200)
    study.add(score(2), tid: 1, time: 201)
    #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 3, delay: 30))
    #expect(study.outcomes[0].events == 4)
    #expect(study.falseAlarms == 0)
    #expect(study.eventsOutside == 2)
  }

  @Test func bothEndsOfARunBelongToIt() {
    for time in [UInt64(100), 200] {
      var study = study(run("a", 100...200))
      study.add(score(11), tid: 1, time: time)
      #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 1, delay: time - 100))
    }
    for time in [UInt64(99), 201] {
      var study = study(run("a", 100...200))
      study.add(score(11), tid: 1, time: time)
      #expect(study.outcomes[0].alarm == nil)
      #expect(study.falseAlarms == 1)
    }
  }

  @Test func eachChannelThatGoesOverAlarms() {
    var study = DetectionStudy(
      channels: [channel(10, minimumEvents: 2), channel(20, minimumEvents: 2)], runs: [])
    for (units, time) in [(11, 1), (21, 2), (15, 3), (21, 4), (5, 5), (21, 6)] as [(UInt64, UInt64)]
    {
      let scores = InlineArray<4, Score>(repeating: score(units))
      study.add(scores, pastEvents: 10, tid: 1, time: time)
    }
    // At 1, 2 and 4, and at 6 both in one.
    #expect(study.falseAlarms == 4)
  }

  @Test func aThreadThatStaysOverIsOneFalseAlarm() {
    var study = study()
    for (units, time) in [(11, 1), (12, 2), (30, 3), (10, 4), (11, 5), (9, 6)] as [(UInt64, UInt64)]
    {
      study.add(score(units), tid: 1, time: time)
    }
    #expect(study.falseAlarms == 2)
    #expect(study.eventsOutside == 6)
  }

  @Test func threadsAlarmEachForThemselves() {
    var study = study()
    study.add(score(11), tid: 1, time: 1)
    study.add(score(11), tid: 2, time: 2)
    study.add(score(11), tid: 1, time: 3)
    study.add(score(11), tid: 2, time: 4)
    #expect(study.falseAlarms == 2)
  }

  @Test func anEndedThreadsNumberStartsAnew() {
    var study = study()
    study.add(score(11), tid: 1, time: 1)
    study.end(tid: 1)
    study.add(score(11), tid: 1, time: 2)
    #expect(study.falseAlarms == 2)
  }

  @Test func anAlarmThatOutlastsItsRunIsNoFalseOne() {
    var study = study(run("a", 100...200))
    study.add(score(11), tid: 1, time: 150)
    study.add(score(11), tid: 1, time: 250)
    study.add(score(5), tid: 1, time: 260)
    #expect(study.falseAlarms == 0)
    study.add(score(11), tid: 1, time: 270)
    #expect(study.falseAlarms == 1)
  }

  @Test func anAlarmThatSpansTwoRunsFindsTheFirst() {
    var study = study(run("a", 100...200), run("b", 300...400))
    study.add(score(11), tid: 1, time: 180)
    study.add(score(11), tid: 1, time: 250)
    study.add(score(12), tid: 1, time: 310)
    #expect(study.outcomes.map(\.alarm) == [DetectionStudy.Alarm(event: 1, delay: 80), nil])
    #expect(study.falseAlarms == 0)
    #expect(study.eventsOutside == 1)
  }

  @Test func aFalseAlarmThatLastsFindsNoRun() {
    var study = study(run("a", 100...200), run("b", 300...400))
    study.add(score(11), tid: 1, time: 50)
    for time in [110, 150, 250, 310] as [UInt64] { study.add(score(11), tid: 1, time: time) }
    #expect(study.outcomes.map(\.alarm) == [nil, nil])
    #expect(study.falseAlarms == 1)
    // Another thread does.
    study.add(score(11), tid: 2, time: 320)
    #expect(study.outcomes[1].alarm == DetectionStudy.Alarm(event: 2, delay: 20))
  }

  @Test func aThreadThatGoesOverAgainFindsTheRun() {
    var study = study(run("a", 100...200))
    for (units, time) in [(11, 50), (11, 110), (9, 120), (11, 130)] as [(UInt64, UInt64)] {
      study.add(score(units), tid: 1, time: time)
    }
    #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 3, delay: 30))
    #expect(study.falseAlarms == 1)
  }

  @Test func tooFewEventsAreNoVerdict() {
    var study = study(run("a", 100...200), minimumEvents: 3)
    study.add(score(99, count: 2), tid: 1, time: 50)
    study.add(score(99, count: 2), tid: 1, time: 110)
    #expect(study.falseAlarms == 0)
    #expect(study.outcomes[0].alarm == nil)
    study.add(score(99, count: 3), tid: 1, time: 120)
    #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 2, delay: 20))
  }

  @Test func runsWithoutAnyEventArePassedOver() {
    var study = study(run("a", 10...20), run("b", 30...40), run("c", 50...60))
    study.add(score(11), tid: 1, time: 55)
    #expect(study.outcomes.map(\.events) == [0, 0, 1])
    #expect(study.outcomes.map { $0.alarm != nil } == [false, false, true])
  }

  @Test func rowsAreKindsInAlphabeticalOrderWithLowerMedians() {
    var study = study(
      run("b", 0...9), run("a", 10...19), run("b", 20...29), run("b", 30...39), run("b", 40...49),
      run("c", 50...59))
    // The runs of b: found at events 1, 3, never, 2 after 5, 4, -, 9 ns.
    study.add(score(11), tid: 1, time: 5)
    study.add(score(11), tid: 2, time: 10)
    for (units, time) in [(1, 21), (2, 22), (11, 24), (3, 35), (1, 40), (11, 49)]
      as [(UInt64, UInt64)]
    {
      study.add(score(units), tid: 1, time: time)
    }
    let rows = study.rows
    #expect(rows.map(\.kind) == ["a", "b", "c"])
    #expect(rows.map(\.runs) == [1, 4, 1])
    #expect(rows.map(\.found) == [1, 3, 0])
    #expect(rows.map(\.medianEvents) == [1, 2, nil])
    #expect(rows.map(\.medianDelay) == [0, 5, nil])
  }

  @Test func anyChannelOverItsThresholdIsAnAlarm() {
    var study = DetectionStudy(
      channels: [channel(10, minimumEvents: 2), channel(5, minimumEvents: 50)],
      runs: [run("a", 100...200)])
    func add(_ first: UInt64, _ second: UInt64, past: UInt64, time: UInt64) {
      var scores = InlineArray<4, Score>(repeating: score(0))
      scores[0] = score(first)
      scores[1] = score(second)
      study.add(scores, pastEvents: past, tid: 1, time: time)
    }
    add(3, 9, past: 49, time: 1)  // too early for the second channel
    #expect(study.falseAlarms == 0)
    add(3, 6, past: 50, time: 2)
    #expect(study.falseAlarms == 1)
    add(11, 6, past: 51, time: 3)
    add(11, 4, past: 52, time: 4)  // goes on
    #expect(study.falseAlarms == 2)
    add(3, 4, past: 53, time: 5)
    add(3, 6, past: 54, time: 150)
    #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 1, delay: 50))
  }

  @Test func anotherChannelThatGoesOverFindsTheRun() {
    var study = DetectionStudy(
      channels: [channel(10, minimumEvents: 2), channel(5, minimumEvents: 2)],
      runs: [run("a", 100...200)])
    for (first, second, time) in [(3, 6, 50), (3, 6, 110), (11, 6, 120)]
      as [(UInt64, UInt64, UInt64)]
    {
      var scores = InlineArray<4, Score>(repeating: score(first))
      scores[1] = score(second)
      study.add(scores, pastEvents: 9, tid: 1, time: time)
    }
    #expect(study.falseAlarms == 1)
    #expect(study.outcomes[0].alarm == DetectionStudy.Alarm(event: 2, delay: 20))
  }

  @Test func nineOfTenAreWithinTheQuantile() {
    #expect(quantile(Array(1...10), 0.9) == 9)
    #expect(quantile(Array(1...11), 0.9) == 10)
    #expect(quantile(Array(1...20), 0.9) == 18)
    #expect(quantile([7], 0.9) == 7)
    #expect(quantile([Int](), 0.9) == nil)
    #expect(quantile([3, 1, 2], 1) == 3)
  }

  @Test func theMedianIsTheLowerOne() {
    #expect(median([Int]()) == nil)
    #expect(median([3]) == 3)
    #expect(median([4, 2]) == 2)
    #expect(median([9, 1, 5]) == 5)
    #expect(median([4, 3, 2, 1]) == 2)
  }
}

extension DetectionStudy {
  /// An event of a detector with one channel, a window not yet full of older events.
  fileprivate mutating func add(_ score: Score, tid: UInt32, time: UInt64) {
    add(
      InlineArray<4, Score>(repeating: score), pastEvents: UInt64(score.weight), tid: tid,
      time: time)
  }
}
