import KernelTrace
import ModelFormat
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct AttackRunsTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  @Test func runsAreTheIntervalsOfAttacks() throws {
    let dataset = try files.make(
      [.init(states: [1, 2, 3, 4], times: [100, 200, 300, 400], label: .attack)],
      intervals: [
        LabelledInterval(start: 250, end: 320, label: .attack, name: "b"),
        LabelledInterval(start: 90, end: 120, label: .attack, name: "a"),
        LabelledInterval(start: 130, end: 140, label: .normal, name: "n"),
      ])
    let runs = try AttackRuns(dataset)
    #expect(
      runs.runs == [AttackRun(kind: "a", time: 90...120), AttackRun(kind: "b", time: 250...320)])
    // 300 ns of events without 20 and 70 ns of runs.
    #expect(runs.normalTime == 210)
    let normal = try AttackRuns(dataset, isNormal: true)
    #expect(normal.runs.isEmpty)
    #expect(normal.normalTime == 300)
  }

  /// An event at the time where they meet cannot be of both.
  @Test func intervalsThatMeetAreOneRun() throws {
    let dataset = try files.make(
      [.init(states: [1, 2], times: [100, 400], label: .attack)],
      intervals: [
        LabelledInterval(start: 150, end: 200, label: .attack, name: "a"),
        LabelledInterval(start: 200, end: 250, label: .attack, name: "b"),
        LabelledInterval(start: 251, end: 260, label: .attack, name: "c"),
      ])
    let runs = try AttackRuns(dataset)
    #expect(
      runs.runs == [AttackRun(kind: "a", time: 150...250), AttackRun(kind: "c", time: 251...260)])
    #expect(runs.normalTime == 191)
  }

  /// A process that begins in an attack and lives on, in the part after it.
  @Test func aPartWithoutAnAttackHasNoRun() throws {
    let times = (1...20).map { UInt64(10 * $0) }
    let whole = try files.make(
      [
        .init(states: times.map { _ in 1 }, times: times),
        .init(states: times.map { _ in 2 }, times: times.map { $0 + 5 }, label: .attack),
      ], intervals: [LabelledInterval(start: 10, end: 30, label: .attack, name: "a")])
    let directory = try TemporaryDirectory()
    let (first, rest) = (directory.file("first.h5"), directory.file("rest.h5"))
    try DatasetSplit(whole, createdBy: "tests").write(at: 0.5, first: first, rest: rest)
    #expect(try AttackRuns(TraceDataset(path: first)).runs.map(\.kind) == ["a"])
    #expect(try AttackRuns(TraceDataset(path: rest)).runs.isEmpty)
  }

  /// Of false alarms an hour the pause between two recordings is none.
  @Test func timeIsWhatWasRecorded() throws {
    let directory = try TemporaryDirectory()
    let writer = try TraceDatasetWriter(
      path: directory.file("a.h5"), source: "t", createdBy: "t")
    writer.addInterval(LabelledInterval(start: 9000, end: 9030, label: .attack, name: "a"))
    for start in [100, 9000] as [UInt64] {
      for step in 0...10 as ClosedRange<UInt64> {
        let thread = ThreadID(pid: 1, tid: 1)
        try writer.add(.event(TraceEvent(thread: thread, state: 0, time: start + 10 * step)))
      }
      writer.endInput()
    }
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(try AttackRuns(dataset).normalTime == 170)
    #expect(try dataset.eventsPerDay() == 22.0 / 200e-9 * 86_400)
  }

  @Test func withoutIntervalsARunIsALabelledSequence() throws {
    let traces: [TestDataset.Trace] = [
      .init(states: [1, 2, 3]),
      .init(states: [4, 5], label: .attack, name: "UAD-Hydra-FTP-1-1013.txt"),
      .init(states: [6], label: .attack, name: "17"),
    ]
    let untimed = try AttackRuns(try files.make(traces))
    #expect(!untimed.hasTimes)
    #expect(
      untimed.runs == [
        AttackRun(kind: "UAD-Hydra-FTP", time: 3...4), AttackRun(kind: "attack", time: 5...5),
      ])
    #expect(untimed.normalTime == nil)
  }

  @Test(arguments: ["", ".txt", ".gz", ".txt.gz", ".txt.xz"])
  func aPackedTraceHasTheKindOfItsName(ending: String) {
    #expect(AttackRuns.kind(ofTrace: "UAD-Hydra-FTP-1-1013" + ending) == "UAD-Hydra-FTP")
  }

  @Test func withoutTimesIntervalsSayNothing() throws {
    // The interval's nanoseconds are not the numbers of the events 0 to 2.
    let interval = LabelledInterval(start: 0, end: 2, label: .attack, name: "a")
    let traces: [TestDataset.Trace] = [
      .init(states: [1, 2, 3]), .init(states: [4, 5], label: .attack, name: "b"),
    ]
    let labelled = try files.make(traces, intervals: [interval])
    #expect(labelled.hasAttacks)
    #expect(try AttackRuns(labelled).runs == [AttackRun(kind: "b", time: 3...4)])
    let normal = try files.make([traces[0]], intervals: [interval], name: "normal.h5")
    #expect(!normal.hasAttacks)
    #expect(try AttackRuns(normal).runs.isEmpty)
  }

  @Test func labelledSequencesThatOverlapInTimeAreOneRun() throws {
    let dataset = try files.make([
      .init(states: [1, 2], times: [10, 50], label: .attack, name: "x"),
      .init(states: [1, 2], times: [30, 70], label: .attack, name: "y"),
      .init(states: [1, 2], times: [80, 90], label: .attack, name: "z"),
    ])
    #expect(
      try AttackRuns(dataset).runs == [
        AttackRun(kind: "x", time: 10...70), AttackRun(kind: "z", time: 80...90),
      ])
  }
}
