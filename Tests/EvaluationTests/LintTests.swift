import Foundation
import KernelTrace
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct LintTests {
  private let files: TestDataset

  init() throws { files = try TestDataset() }

  private func findings(
    _ traces: [TestDataset.Trace], intervals: [LabelledInterval] = []
  ) throws -> [LintFinding] {
    try DatasetLint(try files.make(traces, intervals: intervals)).findings
  }

  private func states(_ count: Int, seed: UInt64, of number: UInt32 = 8) -> [UInt32] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt32.random(in: 1...number, using: &random) }
  }

  // MARK: Times, labels, numbers, lengths

  @Test func whatGoesBackInTimeIsAProblem() throws {
    let found = try findings([
      .init(states: [1, 2, 3], times: [10, 30, 20]), .init(states: [1, 2], times: [5, 5]),
    ])
    let problem = try #require(found.first)
    #expect(problem.level == .problem)
    #expect(problem.fact == "1 sequences go back in time, first sequence 0 (p, process 1)")
  }

  @Test func anEventBeforeItsSequencesStartIsAProblem() throws {
    let found = try findings([.init(states: [1, 2], times: [10, 20], start: 15)])
    #expect(found.first?.level == .problem)
    #expect(found.first?.fact.contains("events before their start") == true)
  }

  @Test func anIntervalOutsideOfTheRecordingIsAProblem() throws {
    func labelled(_ start: UInt64, _ end: UInt64) -> LabelledInterval {
      LabelledInterval(start: start, end: end, label: .attack, name: "k")
    }
    let traces: [TestDataset.Trace] = [.init(states: [1, 2, 3], times: [100, 200, 300])]
    for outside in [labelled(10, 99), labelled(301, 400)] {
      let found = try findings(traces, intervals: [outside])
      #expect(found.first?.level == .problem)
      #expect(found.first?.check == "labels")
    }
    for inside in [labelled(10, 100), labelled(300, 400), labelled(150, 250)] {
      #expect(try findings(traces, intervals: [inside]).allSatisfy { $0.level != .problem })
    }
    let empty = try findings(traces, intervals: [labelled(110, 190)])
    #expect(empty.contains { $0.level == .warning && $0.fact.contains("have no event") })
    let overlapping = try findings(traces, intervals: [labelled(90, 210), labelled(200, 300)])
    #expect(overlapping.contains { $0.fact.contains("begin before an earlier one has ended") })
    // Both ends belong to an interval.
    for (end, count) in [(200, 1), (199, 0)] as [(UInt64, Int)] {
      let found = try findings(traces, intervals: [labelled(100, end), labelled(200, 300)])
      #expect(found.count { $0.fact.contains("begin before an earlier one has ended") } == count)
    }
  }

  /// Events are read 65,536 at a time.
  @Test func whatGoesOnFromOneSliceToTheNextIsChecked() throws {
    let slice: UInt64 = 65_536
    func findings(_ last: [UInt64], interval: ClosedRange<UInt64>) throws -> [LintFinding] {
      let times = (1...slice).map { $0 } + last
      let dataset = try files.make(
        [.init(states: times.map { UInt32($0 % 3 + 1) }, times: times)],
        intervals: [
          LabelledInterval(
            start: interval.lowerBound, end: interval.upperBound, label: .attack, name: "k")
        ])
      return try SanityChecks(dataset).findings
    }
    let sound = try findings([slice + 10, slice + 20], interval: slice + 20...slice + 30)
    #expect(sound.isEmpty, "\(sound)")
    let empty = try findings([slice + 10, slice + 20], interval: slice + 11...slice + 19)
    #expect(empty.map(\.check) == ["labels"])
    let decreasing = try findings([slice - 1, slice], interval: 1...2)
    #expect(decreasing.map(\.check) == ["times"])
  }

  @Test func twoLivingSequencesOfOneNumberAreAProblem() throws {
    func two(_ start: UInt64) throws -> [LintFinding] {
      try findings([
        .init(states: [1, 2], times: [10, 30], pid: 7),
        .init(states: [1, 2], times: [start, start + 20], pid: 7),
      ])
    }
    #expect(try two(20).first?.level == .problem)
    let reused = try two(40)
    #expect(reused.allSatisfy { $0.level != .problem })
    #expect(reused.contains { $0.check == "numbers" && $0.level == .note })
  }

  /// The third neither begins before the second has ended nor after the first has.
  @Test func overlapsAreFoundBehindAShorterOne() throws {
    let spans: [ClosedRange<UInt64>] = [0...100, 10...20, 50...60]
    let numbers = try findings(
      spans.map {
        .init(states: [1, 2], times: [$0.lowerBound, $0.upperBound], pid: 7)
      })
    #expect(numbers.contains { $0.fact.hasPrefix("2 sequences begin while another one") })
    #expect(!numbers.contains { $0.fact.contains("have a number used before") })
    let intervals = try findings(
      [.init(states: [1, 2, 3], times: [15, 55, 90])],
      intervals: spans.map {
        LabelledInterval(start: $0.lowerBound, end: $0.upperBound, label: .attack, name: "k")
      })
    #expect(intervals.contains { $0.fact == "2 intervals begin before an earlier one has ended" })
  }

  @Test func unknownStatesAreTold() throws {
    let unknown = try findings([.init(states: [1, 0, 2] + states(30, seed: 1))])
    #expect(unknown.contains { $0.check == "states" && $0.level == .warning })
    // More than one of a thousand is too many.
    for (count, level) in [(1, LintFinding.Level.note), (2, .warning)] {
      let zeros = [UInt32](repeating: 0, count: count)
      let found = try findings([.init(states: zeros + states(1000 - count, seed: 1))])
      #expect(found.filter { $0.check == "states" }.map(\.level) == [level])
    }
  }

  @Test func onlyShortSequencesWithoutAParentAreTold() throws {
    let long = states(30, seed: 1)
    // The first has a child, the third a parent.
    let found = try findings([
      .init(states: []), .init(states: long, parent: SequenceParent(sequence: 0, events: 0)),
      .init(states: [1], parent: SequenceParent(sequence: 1, events: 5)),
      .init(states: Array(long.prefix(9))), .init(states: Array(long.prefix(10))),
    ])
    #expect(
      found.filter { $0.check == "lengths" }.map(\.fact)
        == ["1 of 5 sequences have fewer than 10 events and no parent"])
  }

  @Test func cleanDataHaveNoProblem() throws {
    let lint = try DatasetLint(
      try files.make(
        (0..<40).map { number in
          .init(
            states: states(50, seed: 1), times: (0..<50).map { 100 * UInt64(number) + $0 },
            pid: number + 1)
        }))
    #expect(!lint.hasProblems)
    #expect(lint.findings.allSatisfy { $0.level == .note }, "\(lint.findings)")
  }

  // MARK: Copies

  @Test func copiesAreCountedByContent() throws {
    let a = states(60, seed: 1)
    var b = a
    b[59] = b[59] % 8 + 1
    let lint = try DatasetLint(
      try files.make([
        .init(states: a), .init(states: a), .init(states: b), .init(states: states(60, seed: 2)),
      ]))
    #expect(lint.copies.sequences == 4)
    #expect(lint.copies.distinct == 3)
    #expect(lint.copies.groups == 2)
  }

  @Test func copiesAcrossDataSetsAreFoundByTheNamesOfStates() throws {
    let a = states(80, seed: 1)
    var near = a
    near[79] = near[79] % 8 + 1
    let first = try files.make([.init(states: a)], name: "a.h5")
    // A state more, so that the numbers of the others differ.
    let second = try files.make(
      [
        .init(states: a), .init(states: near), .init(states: states(80, seed: 3)),
        .init(states: [100] + states(20, seed: 4)),
      ], name: "b.h5")
    let overlap = try #require(try DatasetLint(first, against: second).overlap)
    #expect(overlap.sequences == 4)
    #expect(overlap.copies == 1)
    #expect(overlap.nearCopies == 1)
    #expect(overlap.newStates == 1)
  }

  @Test func copiesThatAreLabelledDifferentlyAreTold() throws {
    let found = try findings([
      .init(states: states(20, seed: 1)), .init(states: states(20, seed: 1), label: .attack),
      .init(states: states(20, seed: 2), label: .attack),
    ])
    #expect(
      found.contains { $0.fact == "1 of 2 sequences labelled an attack are copies of normal ones" })
  }

  // MARK: The oddest

  @Test func asManyAreListedAsAreAskedFor() throws {
    // 2 % of 52 are two.
    let lint = try DatasetLint(
      try files.make(
        [TestDataset.Trace](repeating: .init(states: [1, 2, 3]), count: 49) + [
          .init(states: [2, 3]), .init(states: [2, 3]), .init(states: [1, 2, 1, 2, 3]),
        ]), top: 3)
    #expect(lint.suspects.count == 52)
    #expect(Set(lint.suspects.prefix(3).map(\.sequence)) == [49, 50, 51])
    let lines = lint.text(suspects: 3).split(separator: "\n")
    #expect(lines.last?.contains("p: ") == true)
    #expect(lines.suffix(3).allSatisfy { $0.contains("p: ") })
  }

  @Test func theOddestAreListedWithWhatIsOddInThem() throws {
    let lint = try DatasetLint(
      try files.make(
        [TestDataset.Trace](repeating: .init(states: [1, 2, 3]), count: 50) + [
          .init(states: [2, 3]), .init(states: [1, 2, 1, 2, 3]),
        ]))
    let text = lint.text(suspects: 2)
    #expect(text.contains("p: begins state2 (in 1, 51 expected)"), "\(text)")
    #expect(text.contains("p: 2 state2 state1 (in 1, 50 expected)"), "\(text)")
    #expect(lint.suspects.map(\.sequence) == [50, 51])
  }

  // MARK: Losses

  @Test func whatSourcesLostIsToldOnce() throws {
    let directory = try TemporaryDirectory()
    let writer = try TraceDatasetWriter(
      path: directory.file("a.h5"), source: "t", createdBy: "t")
    for lost in [3, 4] as [UInt64] {
      try writer.add(.event(TraceEvent(thread: ThreadID(pid: 1, tid: 1), state: 0, time: 5)))
      try writer.add(.lost(count: lost, thread: nil, time: 9))
      writer.endInput()
    }
    try writer.finish()
    let findings = try DatasetLint(TraceDataset(path: directory.file("a.h5"))).findings
    #expect(
      findings.filter { $0.check == "losses" }.map(\.fact)
        == ["7 records were lost by their sources"])
  }

  // MARK: Coverage

  @Test func aShortRecordingIsToldToGoOn() throws {
    let short = try findings([.init(states: states(300, seed: 5, of: 200))])
    #expect(short.contains { $0.check == "coverage" && $0.level == .warning })
    let long = try findings((0..<30).map { _ in .init(states: states(50, seed: 6)) })
    #expect(long.contains { $0.check == "coverage" && $0.level == .note })
  }
  @Test func whatIsNewAtTheEndIsNotOldBecauseItsProcessIs() throws {
    let server = TestDataset.Trace(
      states: [UInt32](repeating: 1, count: 180) + Array(2...21),
      times: (0..<200).map { UInt64(1000 * $0) })
    let requests = (0..<30).map { _ in
      TestDataset.Trace(
        states: [UInt32](repeating: 1, count: 30), times: (0..<30).map { UInt64(5000 * $0) })
    }
    let coverage = try DatasetLint(files.make([server] + requests)).coverage
    #expect(coverage.steps.last?.events == 1100)
    #expect(coverage.newStatesAtTheEnd == 20)
  }
}
