import KernelTrace
import TestSupport
import Testing

@testable import TraceData

@Suite struct TraceDatasetWriterTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func states(_ dataset: TraceDataset, _ sequence: Int) throws -> [UInt32] {
    try dataset.states(in: dataset.sequences.events(of: sequence)).map {
      dataset.vocabulary[Int($0)].id
    }
  }

  @Test func aFamilyBecomesSequencesWithParents() throws {
    let dataset = try Recorded.dataset(Recorded.family, in: directory)
    let table = dataset.sequences
    #expect((0..<table.count).map { table.tid($0) } == [1, 2, 4, 3])
    #expect(try states(dataset, 0) == [5, 6, 7, 8])
    #expect(try states(dataset, 1) == [8, 5])
    #expect(try states(dataset, 2) == [9])
    #expect(try states(dataset, 3) == [9])
    #expect(table.parent(of: 0) == nil)
    #expect(table.parent(of: 1) == SequenceParent(sequence: 0, events: 2))
    #expect(table.parent(of: 2) == SequenceParent(sequence: 1, events: 0))
    #expect(table.parent(of: 3) == SequenceParent(sequence: 0, events: 3))
    #expect((0..<4).map { table.name($0) } == ["server", "sh", "server", "server"])
    #expect((0..<4).map { table.start($0) } == [10, 25, 31, 36])
    #expect(try dataset.times(in: 0..<8) == [10, 20, 30, 40, 32, 35, 34, 41])
  }

  @Test func theVocabularyIsWhatOccurredById() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    for (id, name) in [(9, "nine"), (5, "five"), (100_000, "large"), (7, "never")] {
      try writer.nameState(UInt32(id), name)
    }
    for state in [9, 5, 100_000, 6, 0] { try writer.add(Recorded.event(1, UInt32(state), 1)) }
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.vocabulary.map(\.id) == [0, 5, 6, 9, 100_000])
    #expect(dataset.vocabulary.map(\.name) == ["unknown", "five", "state_6", "nine", "large"])
    #expect(try dataset.states(in: 0..<5) == [3, 1, 4, 2, 0])
  }

  @Test func conflictingNamesThrow() throws {
    let path = directory.file("a.h5")
    let writer = try Recorded.writer(path)
    try writer.nameState(1, "a")
    try writer.nameState(1, "a")
    #expect(throws: TraceDataError.conflictingName(path: path, name: "b", id: 1)) {
      try writer.nameState(1, "b")
    }
    #expect(throws: TraceDataError.conflictingName(path: path, name: "a", id: 2)) {
      try writer.nameState(2, "a")
    }
    for name in ["", "two words", "quo\"te", "naïve", String(repeating: "x", count: 65)] {
      #expect(throws: TraceDataError.conflictingName(path: path, name: name, id: 3)) {
        try writer.nameState(3, name)
      }
    }
    #expect(throws: TraceDataError.conflictingName(path: path, name: "zero", id: 0)) {
      try writer.nameState(0, "zero")
    }
    try writer.nameState(8, "state_4")
    try writer.add(Recorded.event(1, 4, 0))
    #expect(throws: TraceDataError.conflictingName(path: path, name: "state_4", id: 4)) {
      try writer.finish()
    }
  }

  @Test func aNumberThatIsUsedAgainIsAnotherSequence() throws {
    let dataset = try Recorded.dataset(
      [
        Recorded.event(1, 1, 1), Recorded.event(7, 2, 2), Recorded.exit(7, 3),
        Recorded.event(7, 3, 4), Recorded.fork(1, 7, 5), Recorded.event(7, 4, 6),
      ], in: directory)
    #expect((0..<dataset.sequences.count).map { dataset.sequences.tid($0) } == [1, 7, 7, 7])
    #expect(try states(dataset, 1) == [2])
    #expect(try states(dataset, 2) == [3])
    #expect(try states(dataset, 3) == [4])
    #expect(dataset.sequences.parent(of: 2) == nil)
    #expect(dataset.sequences.parent(of: 3) == SequenceParent(sequence: 0, events: 1))
  }

  @Test func theNextInputsThreadsAreOthers() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    try writer.add(Recorded.event(1, 1, 100))
    writer.endInput()
    try writer.add(Recorded.event(1, 2, 5))
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect((0..<2).map { dataset.sequences.start($0) } == [100, 5])
  }

  @Test func emptySequencesStayOnlyForTheirChildren() throws {
    let dataset = try Recorded.dataset(
      [
        Recorded.fork(1, 2, 1), Recorded.fork(1, 3, 2), Recorded.fork(3, 4, 3),
        Recorded.fork(1, 5, 4), Recorded.event(4, 1, 5), Recorded.fork(5, 6, 6),
      ], in: directory)
    // 2 has neither events nor children, 6 and its parent 5 have no events.
    #expect((0..<dataset.sequences.count).map { dataset.sequences.tid($0) } == [1, 3, 4])
    #expect(dataset.sequences.parent(of: 1) == SequenceParent(sequence: 0, events: 0))
    #expect(dataset.sequences.parent(of: 2) == SequenceParent(sequence: 1, events: 0))
  }

  @Test func lostRecordsAreCounted() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    try writer.add(.lost(count: 3, thread: nil, time: 1))
    try writer.add(.lost(count: 4, thread: Recorded.thread(9), time: 2))
    writer.endInput()
    #expect(writer.recordings == [Recording(start: 0, end: 0, lost: 7)])
    #expect(writer.eventCount == 0)
    #expect(throws: TraceDataError.emptyInput(path: directory.file("a.h5"))) {
      try writer.finish()
    }
  }

  @Test(arguments: [(9, 0), (10, 1), (20, 1), (21, 0)])
  func intervalsLabelSequencesByTheirStart(start: UInt64, label: UInt8) throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    writer.addInterval(LabelledInterval(start: 10, end: 20, label: .attack, name: "x"))
    writer.addInterval(LabelledInterval(start: 0, end: 99, label: .normal, name: "y"))
    try writer.add(Recorded.event(1, 1, start))
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.sequences.label(0).rawValue == label)
    #expect(dataset.intervals.map(\.name) == ["x", "y"])
  }

  @Test func aSequenceThatReachesIntoAnAttackIsNotLabelled() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    writer.addInterval(LabelledInterval(start: 10, end: 20, label: .attack, name: "x"))
    try writer.add(Recorded.event(1, 1, 5))
    try writer.add(Recorded.event(1, 1, 10))
    try writer.finish()
    #expect(try TraceDataset(path: directory.file("a.h5")).sequences.label(0) == .unlabelled)
  }

  @Test func withoutIntervalsTheDefaultLabels() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    writer.defaultLabel = .attack
    try writer.add(Recorded.event(1, 1, 5))
    try writer.finish()
    #expect(try TraceDataset(path: directory.file("a.h5")).sequences.label(0) == .attack)
  }

  @Test(arguments: [1, 5_000, 60_000])
  func spillingChangesNothing(bufferBytes: Int) throws {
    let records = Recorded.random(count: 20_000, seed: 7)
    _ = try Recorded.dataset(records, in: directory, name: "memory.h5")
    _ = try Recorded.dataset(records, in: directory, name: "spilled.h5", bufferBytes: bufferBytes)
    #expect(try directory.read("memory.h5") == directory.read("spilled.h5"))
  }

  @Test func nothingIsLeftWhereAWriterIsDropped() throws {
    let path = try directory.write([1], to: "a.h5")
    do {
      let writer = try Recorded.writer(path, bufferBytes: 1)
      for record in Recorded.family { try writer.add(record) }
    }
    #expect(try directory.read("a.h5") == [1])
    #expect(try directory.names() == ["a.h5"])
  }

  @Test func manyBlocksOfEventsComeBack() throws {
    let writer = try Recorded.writer(directory.file("a.h5"))
    let sequence = writer.begin(SequenceEntry(pid: 1, tid: 1))
    let count = 2 * TraceDataset.blockLength + 3
    for event in 0..<count {
      try writer.append(UInt32(event % 70_000 + 1), at: UInt64(event + 1), to: sequence)
    }
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.vocabulary.count == 70_001)
    #expect(try dataset.states(in: 0..<count) == (0..<count).map { UInt32($0 % 70_000 + 1) })
    #expect(try dataset.times(in: count - 2..<count) == [UInt64(count - 1), UInt64(count)])
  }
}
