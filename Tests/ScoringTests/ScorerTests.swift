import KernelTrace
import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct ScorerTests {
  /// A blob with one channel, a window of 4.
  static let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .gated, isTied: true),
    seed: 21, window: 4, minimumEvents: 2, threshold: 8)

  private let test = Self.model

  private func surprises(
    _ scorer: inout Scorer, _ thread: ThreadID, _ states: [Int]
  ) -> [Surprise] {
    states.map { scorer.score(thread, state: $0, time: 0).surprise }
  }

  @Test func threadsDoNotDisturbEachOther() {
    var alone = test.scorer(threads: 4)
    let expected = surprises(&alone, thread(1), [1, 2, 3, 4, 5])
    var mixed = test.scorer(threads: 4)
    var found: [Surprise] = []
    for state in [1, 2, 3, 4, 5] {
      found += surprises(&mixed, thread(1), [state])
      _ = surprises(&mixed, thread(2), [8, 7])
    }
    #expect(found == expected)
  }

  @Test func aForkedThreadContinuesItsParentsPast() {
    var alone = test.scorer(threads: 4)
    let expected = surprises(&alone, thread(1), [1, 2, 3, 4, 5])
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2, 3])
    scorer.fork(parent: thread(1), child: thread(7))
    #expect(surprises(&scorer, thread(7), [4, 5]) == Array(expected[3...]))
    #expect(surprises(&scorer, thread(1), [4, 5]) == Array(expected[3...]))
  }

  @Test func aForkedThreadInheritsTheWindow() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2, 3])
    scorer.fork(parent: thread(1), child: thread(7))
    #expect(scorer.score(thread(7), state: 4, time: 0).scores[0].weight == 4)
  }

  @Test func aThreadNumberUsedAgainAfterAnExitStartsAnew() {
    var scorer = test.scorer(threads: 4)
    let first = surprises(&scorer, thread(1), [1, 2, 3])
    scorer.exit(thread(1))
    #expect(surprises(&scorer, thread(1), [1, 2, 3]) == first)
  }

  @Test func aThreadNumberOfAnotherProcessStartsAnew() {
    var scorer = test.scorer(threads: 4)
    let first = surprises(&scorer, thread(9, pid: 5), [1, 2, 3])
    #expect(surprises(&scorer, thread(9, pid: 6), [1, 2, 3]) == first)
  }

  @Test func aForkOntoANumberInUseReplacesItsThread() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(7), [8, 8, 8])
    let parent = surprises(&scorer, thread(1), [1, 2])
    scorer.fork(parent: thread(1), child: thread(7))
    let child = surprises(&scorer, thread(7), [3])
    var fresh = test.scorer(threads: 4)
    #expect(surprises(&fresh, thread(1), [1, 2, 3]) == parent + child)
  }

  @Test func aForkOfAnotherProcessesThreadStartsAnew() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2, 3])
    scorer.fork(parent: thread(1, pid: 9), child: thread(7))
    #expect(scorer.pastEvents(of: thread(7)) == 0)
  }

  @Test func aForkOfAnUnseenParentStartsAnew() {
    var scorer = test.scorer(threads: 4)
    scorer.fork(parent: thread(1), child: thread(2))
    var fresh = test.scorer(threads: 4)
    #expect(surprises(&scorer, thread(2), [1, 2]) == surprises(&fresh, thread(2), [1, 2]))
  }

  @Test func execChangesNothingButTheName() {
    var scorer = test.scorer(threads: 4)
    var other = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1])
    _ = surprises(&other, thread(1), [1])
    scorer.exec(thread(1), name: name("sh"))
    #expect(surprises(&scorer, thread(1), [2, 3]) == surprises(&other, thread(1), [2, 3]))
    #expect(verdict(&scorer)?.name == name("sh"))
  }

  private func name(_ text: StaticString) -> ProgramName {
    text.withUTF8Buffer { ProgramName(UnsafeRawBufferPointer($0)) }
  }

  /// Unknown states until the thread is anomalous.
  private func verdict(_ scorer: inout Scorer) -> Verdict? {
    for _ in 0..<8 {
      if let verdict = scorer.score(thread(1), state: 0, time: 77).verdict { return verdict }
    }
    return nil
  }

  @Test func anUnknownStateCostsTheBlobsConstant() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2])
    let unknown = scorer.score(thread(1), state: 0, time: 0).surprise
    #expect(unknown == test.model.unknownSurprise)
    #expect(scorer.counters.unknownEvents == 1)
  }

  @Test func aVerdictNeedsTheMinimumOfEvents() {
    var scorer = test.scorer(threads: 4)
    #expect(scorer.score(thread(1), state: 0, time: 0).verdict == nil)
    let second = scorer.score(thread(1), state: 0, time: 5).verdict
    #expect(second?.score == Score(sum: 2 * UInt64(test.model.unknownSurprise.units), weight: 2))
    #expect(second?.threadEvent == 2)
    #expect(second?.time == 5)
  }

  @Test func aVerdictComesOncePerCrossing() {
    var scorer = test.scorer(threads: 4)
    var verdicts = 0
    for _ in 0..<20 where scorer.score(thread(1), state: 0, time: 0).verdict != nil {
      verdicts += 1
    }
    #expect(verdicts == 1)
    #expect(scorer.counters.alarms == 1)
  }

  @Test func aChildOfAnAnomalousThreadGetsAVerdictOfItsOwn() {
    var scorer = test.scorer(threads: 4)
    _ = verdict(&scorer)
    scorer.fork(parent: thread(1), child: thread(2))
    #expect(scorer.score(thread(2), state: 0, time: 0).verdict?.thread == thread(2))
  }

  @Test func lostRecordsMarkTheWindowsTheyTouch() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2])
    scorer.lost(3, thread: thread(1))
    #expect(verdict(&scorer)?.isLossy == true)
    scorer.exit(thread(1))
    #expect(verdict(&scorer)?.isLossy == false)
    #expect(scorer.counters.lostRecords == 3)
  }

  @Test func theLossOfNothingMarksNobody() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1, 2])
    scorer.lost(0, thread: thread(1))
    scorer.lost(0, thread: nil)
    scorer.lost(0, thread: thread(2))
    #expect(verdict(&scorer)?.isLossy == false)
    #expect(scorer.counters.lostRecords == 0)
  }

  @Test func aLossOfAnybodyMarksEverybodyUntilTheWindowHasPassed() {
    var scorer = test.scorer(threads: 4)
    _ = surprises(&scorer, thread(1), [1])
    scorer.lost(1, thread: nil)
    _ = surprises(&scorer, thread(1), [1, 2, 3, 4])
    #expect(verdict(&scorer)?.isLossy == false)
  }

  @Test func aFullTableGivesUpTheThreadNotHeardOfForLongest() {
    var scorer = test.scorer(threads: 2)
    _ = surprises(&scorer, thread(1), [1])
    let second = surprises(&scorer, thread(2), [1])
    _ = surprises(&scorer, thread(1), [2])
    _ = surprises(&scorer, thread(3), [1])
    #expect(scorer.counters.evictions == 1)
    #expect(surprises(&scorer, thread(2), [1]) == second)
  }

  /// However long its parent has been silent.
  @Test func aForkedThreadWasHeardOfAtItsFork() {
    var scorer = test.scorer(threads: 3)
    for tid: UInt32 in 1...3 { _ = surprises(&scorer, thread(tid), [1]) }
    scorer.exit(thread(3))
    scorer.fork(parent: thread(1), child: thread(7))
    _ = surprises(&scorer, thread(1), [1])
    _ = surprises(&scorer, thread(8), [1])
    #expect(scorer.pastEvents(of: thread(7)) == 1)
    #expect(scorer.pastEvents(of: thread(2)) == 0)
  }

  @Test func aThreadThatIsNamedWasHeardOf() {
    var scorer = test.scorer(threads: 2)
    for tid: UInt32 in [1, 2, 1] { _ = surprises(&scorer, thread(tid), [1]) }
    scorer.exec(thread(7), name: name("sh"))
    _ = surprises(&scorer, thread(8), [1])
    #expect(scorer.header(of: thread(7)) != nil)
    #expect(scorer.header(of: thread(1)) == nil)
  }

  @Test func aSuspiciousThreadStaysInAFullTable() {
    var scorer = test.scorer(threads: 2)
    _ = verdict(&scorer)
    for tid: UInt32 in 2..<40 { _ = surprises(&scorer, thread(tid), [1]) }
    #expect(scorer.score(thread(1), state: 0, time: 0).scores[0].weight == 3)
  }

  /// Where all are suspicious. Those who take turns would else leave nobody with a past.
  @Test func threadsWithAPastKeepItHoweverManyTakeTurns() {
    let touchy = test.changing { $0.channels[0].threshold = Surprise(units: 1) }
    var scorer = touchy.scorer(threads: 3)
    scorer.keepsPasts = true
    for round in 1...20 {
      for tid: UInt32 in 1...5 { _ = surprises(&scorer, thread(tid), [round % 9]) }
    }
    #expect((1...5).count { scorer.pastEvents(of: thread($0)) >= 19 } == 2)
  }

  @Test func theDigestTellsAnyDifference() {
    var a = test.scorer(threads: 4)
    var b = test.scorer(threads: 4)
    _ = surprises(&a, thread(1), [1, 2, 3])
    _ = surprises(&b, thread(1), [1, 2, 3])
    #expect(a.digest == b.digest)
    _ = surprises(&a, thread(1), [4])
    _ = surprises(&b, thread(1), [5])
    #expect(a.digest != b.digest)
  }

  @Test func goldenEventsOfTheBlobPass() throws {
    var scorer = test.scorer(threads: 2)
    #expect(test.model.goldenEventCount > 0)
    try scorer.runGoldenEvents()
  }

  @Test func aWrongGoldenEventIsNamed() {
    let broken = test.changing { $0.goldenEvents[3].surprise = Surprise(units: 1) }
    var scorer = broken.scorer(threads: 2)
    #expect(throws: GoldenMismatch.self) { try scorer.runGoldenEvents() }
  }
}

/// A thread of a process that has its number, unless another one is given.
func thread(_ tid: UInt32, pid: UInt32? = nil) -> ThreadID {
  ThreadID(pid: pid ?? tid, tid: tid)
}
