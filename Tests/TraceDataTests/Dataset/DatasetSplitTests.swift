import TestSupport
import Testing

@testable import TraceData

@Suite struct DatasetSplitTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func split(
    _ dataset: TraceDataset, at fraction: Double
  ) throws -> (TraceDataset, TraceDataset) {
    let (first, rest) = (directory.file("first.h5"), directory.file("rest.h5"))
    try DatasetSplit(dataset, createdBy: "tests").write(at: fraction, first: first, rest: rest)
    return (try TraceDataset(path: first), try TraceDataset(path: rest))
  }

  private func ids(_ dataset: TraceDataset, _ sequence: Int) throws -> [UInt32] {
    try dataset.states(in: dataset.sequences.events(of: sequence)).map {
      dataset.vocabulary[Int($0)].id
    }
  }

  @Test func sequencesThatCrossTheCutStartAnew() throws {
    // Times 10 20 30 32 | 34 35 40 41.
    let (first, rest) = try split(Recorded.dataset(Recorded.family, in: directory), at: 0.5)
    #expect((0..<first.sequences.count).map { first.sequences.tid($0) } == [1, 2])
    #expect(try (ids(first, 0), ids(first, 1)) == ([5, 6, 7], [8]))
    #expect(first.sequences.parent(of: 1) == SequenceParent(sequence: 0, events: 2))
    #expect((0..<rest.sequences.count).map { rest.sequences.tid($0) } == [1, 2, 4, 3])
    #expect(try (0..<4).map { try ids(rest, $0) } == [[8], [5], [9], [9]])
    // 3 was forked after the cut, before the first of its parent's remaining events; 4 before it.
    #expect(rest.sequences.parent(of: 1) == nil)
    #expect(rest.sequences.parent(of: 3) == SequenceParent(sequence: 0, events: 0))
    #expect(rest.sequences.name(1) == "sh")
    #expect(first.vocabulary.map(\.id) == [0, 5, 6, 7, 8])
    #expect(rest.vocabulary.map(\.id) == [0, 5, 8, 9])
  }

  @Test(arguments: [0.1, 0.5, 0.7, 0.999])
  func nothingIsLostAndTimesDoNotOverlap(fraction: Double) throws {
    let dataset = try Recorded.dataset(Recorded.random(count: 20_000, seed: 3), in: directory)
    let (first, rest) = try split(dataset, at: fraction)
    #expect(first.eventCount + rest.eventCount == dataset.eventCount)
    let wanted = Int((Double(dataset.eventCount) * fraction).rounded())
    #expect(first.eventCount == wanted)
    let firstTimes = try first.times(in: 0..<first.eventCount)
    let restTimes = try rest.times(in: 0..<rest.eventCount)
    #expect(try #require(firstTimes.max()) < #require(restTimes.min()))
  }

  @Test func noPartIsLeftWhereOneCannotBeWritten() throws {
    let dataset = try Recorded.dataset(Recorded.family, in: directory)
    let (first, rest) = (directory.file("first.h5"), directory.file("missing/rest.h5"))
    let error = #expect(throws: TraceDataError.self) {
      try DatasetSplit(dataset, createdBy: "tests").write(at: 0.5, first: first, rest: rest)
    }
    #expect(error?.description.contains("missing/rest.h5") == true)
    let names = try directory.names()
    #expect(!names.contains { $0.hasPrefix("first") }, "\(names)")
  }

  @Test func withoutTimesSequencesStayWhole() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    for (tid, count) in [(1, 5), (2, 4), (3, 1)] {
      let sequence = writer.begin(SequenceEntry(pid: 1, tid: UInt32(tid), label: .normal))
      for _ in 0..<count { try writer.append(UInt32(tid), at: 0, to: sequence) }
    }
    try writer.finish()
    let (first, rest) = try split(TraceDataset(path: directory.file("a.h5")), at: 0.6)
    #expect((0..<first.sequences.count).map { first.sequences.tid($0) } == [1])
    #expect((0..<rest.sequences.count).map { rest.sequences.tid($0) } == [2, 3])
    #expect(rest.sequences.label(0) == .normal)
  }

  @Test func aPartWithoutEventsIsAnError() throws {
    let dataset = try Recorded.dataset(Recorded.family, in: directory)
    #expect(throws: TraceDataError.emptyPart(path: directory.file("first.h5"))) {
      try split(dataset, at: 0.01)
    }
    #expect(try directory.names() == ["a.h5"])
  }

  @Test func intervalsGoWhereTheyAre() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    for (start, end, name) in [(5, 9, "before"), (20, 35, "across"), (36, 50, "after")] {
      writer.addInterval(
        LabelledInterval(start: UInt64(start), end: UInt64(end), label: .attack, name: name))
    }
    for record in Recorded.family { try writer.add(record) }
    try writer.finish()
    // At 34, which is moved to where an attack begins: of two halves each would be one to be found.
    let (first, rest) = try split(TraceDataset(path: directory.file("a.h5")), at: 0.5)
    #expect(first.intervals.map(\.name) == ["before"])
    #expect(rest.intervals.map(\.name) == ["across", "after"])
    #expect(try first.timeSpan() == 10...10 && rest.timeSpan() == 20...41)
  }

  @Test func aPartInWhichNothingWasLabelledSaysSo() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    writer.addInterval(LabelledInterval(start: 9, end: 10, label: .attack, name: "a"))
    for record in Recorded.family { try writer.add(record) }
    try writer.finish()
    let (first, rest) = try split(TraceDataset(path: directory.file("a.h5")), at: 0.5)
    #expect(first.intervals.count == 1 && rest.intervals.isEmpty)
    #expect(first.isLabelledByIntervals && rest.isLabelledByIntervals)
    #expect(try !split(rest, at: 0.5).0.intervals.contains { _ in true })
    let (unlabelled, _) = try split(
      Recorded.dataset(Recorded.family, in: directory, name: "b.h5"), at: 0.5)
    #expect(!unlabelled.isLabelledByIntervals)
  }

  /// Two recordings with a pause, of which the second is cut.
  @Test func recordingsAreCutWhereTheDataAre() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    for time in [10, 20, 30] as [UInt64] { try writer.add(Recorded.event(1, 5, time)) }
    writer.endInput()
    for time in [100, 110, 120, 130, 140] as [UInt64] {
      try writer.add(Recorded.event(1, 5, time))
    }
    try writer.add(.lost(count: 7, thread: nil, time: 140))
    writer.endInput()
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(
      dataset.recordings
        == [Recording(start: 10, end: 30, lost: 0), Recording(start: 100, end: 140, lost: 7)])
    #expect(try dataset.recordedTime() == 60)
    let (first, rest) = try split(dataset, at: 0.75)
    #expect(
      first.recordings
        == [Recording(start: 10, end: 30, lost: 0), Recording(start: 100, end: 130, lost: 7)])
    #expect(rest.recordings == [Recording(start: 130, end: 140, lost: 7)])
    #expect(!Recording.overlap(dataset.recordings))
    #expect(Recording.overlap(dataset.recordings + [Recording(start: 29, end: 29, lost: 0)]))
  }

  @Test func numbersWithoutTimesAreNoRecordings() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    try writer.add(Recorded.event(1, 5, 0))
    #expect(!writer.endInput())
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.recordings.isEmpty)
    #expect(try dataset.recordedTime() == nil)
  }

  /// An attack comes and goes in the middle of a server's only sequence.
  @Test func bothPartsOfASequenceHaveItsLabel() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    let attack = LabelledInterval(start: 30, end: 60, label: .attack, name: "a")
    writer.addInterval(attack)
    for time in 1...10 as ClosedRange<UInt64> { try writer.add(Recorded.event(1, 5, time * 10)) }
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.sequences.label(0) == .unlabelled)
    let (first, rest) = try split(dataset, at: 0.4)
    #expect(rest.sequences.start(0) == 30)
    #expect(first.sequences.label(0) == .unlabelled)
    #expect(rest.sequences.label(0) == .unlabelled)
    #expect(first.intervals == [] && rest.intervals == [attack])
  }

  @Test(arguments: [0, 1, 37, 499, 500])
  func theQuantileOfTimesIsExact(rank: Int) throws {
    var random = SplitMix64(seed: 4)
    let times = (0..<500).map { _ in UInt64.random(in: 1...(.max - 1), using: &random) }.sorted()
    let dataset = try Recorded.dataset(times.map { Recorded.event(1, 1, $0) }, in: directory)
    let expected = rank < 500 ? times[rank] : times[499] + 1
    #expect(try EventTimes(dataset).quantile(rank) == expected)
  }
}
