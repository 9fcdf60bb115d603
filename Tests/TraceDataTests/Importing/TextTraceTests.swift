import KernelTrace
import TestSupport
import Testing

@testable import TraceData

/// Lines of the text protocol as a data set.
@Suite struct TextTraceTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func importText(_ text: String, name: String = "a.h5") throws -> TraceDataset {
    let path = try directory.write(text.utf8, to: "text")
    let writer = try Recorded.writer(directory.file(name))
    var importer = TextTraceImporter()
    try importer.importTraces(from: ByteSource(path: path), into: writer)
    try writer.finish()
    return try TraceDataset(path: directory.file(name))
  }

  @Test func linesAreTheRecordsThatTheyAreWrittenOf() throws {
    for (name, records) in [
      ("family", Recorded.family), ("random", Recorded.random(count: 5000, seed: 8)),
    ] {
      let direct = try Recorded.dataset(records, in: directory, name: name + ".h5")
      var text: [UInt8] = []
      for record in records {
        guard case .event(let event) = record else {
          record.appendLine(to: &text)
          continue
        }
        Array("state_\(event.state)".utf8).withUnsafeBytes {
          record.appendLine(to: &text, stateName: $0)
        }
      }
      let read = try importText(String(decoding: text, as: UTF8.self), name: name + "-text.h5")
      #expect(read.sequences == direct.sequences)
      let range = 0..<direct.eventCount
      #expect(try read.times(in: range) == direct.times(in: range))
      func names(_ dataset: TraceDataset) throws -> [String] {
        try dataset.states(in: range).map { dataset.vocabulary[Int($0)].name }
      }
      #expect(try names(read) == names(direct))
    }
  }

  @Test func anIdStaysAndANameGetsOneOfItsOwn() throws {
    let dataset = try importText(
      "# of a device\n\n7 8 open 5\r\n7 8 12 6\n7 8 close\n7 8 open 9\n7 8 unknown 9\n7 8 0 9\n")
    #expect(dataset.vocabulary.map(\.name) == ["unknown", "state_12", "open", "close"])
    #expect(dataset.vocabulary.map(\.id) == [0, 12, 1 << 31, 1 << 31 + 1])
    #expect(try dataset.states(in: 0..<6) == [2, 1, 3, 2, 0, 0])
    #expect(dataset.sequences.pid(0) == 7)
    #expect(dataset.sequences.tid(0) == 8)
  }

  /// Either line alone is right; in the other order the name gets the next id.
  @Test func anIdThatANameHasIsNobodyElses() throws {
    let path = directory.file("text")
    #expect(
      throws: TraceDataError.conflictingName(path: path, name: "state_2147483648", id: 1 << 31)
    ) {
      try importText("1 1 foo 1\n1 1 2147483648 2\n")
    }
    let dataset = try importText("1 1 2147483648 2\n1 1 foo 3\n", name: "b.h5")
    #expect(dataset.vocabulary.map(\.id) == [0, 1 << 31, 1 << 31 + 1])
  }

  @Test func aForkWithoutATimeBeginsWithItsFirstEvent() throws {
    let dataset = try importText("1 1 a 10\nfork 1 1 2 2\n2 2 b 30\n2 2 c 40\n1 1 a 50\n")
    #expect((0..<2).map { dataset.sequences.start($0) } == [10, 30])
  }

  @Test func aNameThatIsKnownHasItsId() throws {
    let path = try directory.write("1 1 nine 1\n1 1 other 2".utf8, to: "text")
    let writer = try Recorded.writer(directory.file("a.h5"))
    try writer.nameState(9, "nine")
    try writer.nameState(1 << 31, "far")
    var importer = TextTraceImporter()
    try importer.importTraces(from: ByteSource(path: path), into: writer)
    try writer.finish()
    let dataset = try TraceDataset(path: directory.file("a.h5"))
    #expect(dataset.vocabulary.map(\.id) == [0, 9, 1 << 31 + 1])
  }

  @Test(arguments: [
    ("1 1 open\n1 1\n", 2, TraceTextError.missing(.state)),
    ("1 1 open\nspawn 1 1", 2, .unknownRecord(column: 1)),
    ("1 1 open\n\n0 1 open\n", 3, .outOfRange(.pid, column: 1)),
  ])
  func whatIsNoRecordIsNamed(text: String, line: UInt64, error: TraceTextError) throws {
    let path = directory.file("text")
    #expect(throws: TraceDataError.badRecord(path: path, line: line, error)) {
      try importText(text)
    }
  }

  /// Longer than what is read at a time.
  @Test func aLineWithoutEndIsNamed() throws {
    let path = directory.file("text")
    #expect(throws: TraceDataError.badRecord(path: path, line: 2, .lineTooLong)) {
      try importText("1 1 open\n" + String(repeating: "x", count: 300_000) + "\n")
    }
  }

  @Test func aTextWithoutAnEventIsEmpty() throws {
    let path = directory.file("text")
    #expect(throws: TraceDataError.emptyInput(path: path)) { try importText("exec 1 1 sh 4\n") }
  }

  @Test(arguments: [
    ("exec 1 1 sh 5\n", TextTraceImporter.Likeness.certain), ("\n# x\n1 1 open 5", .certain),
    ("1 1 3 9\nexit 1 1", .certain), ("1 1 3 9\n1 1 4 10", .numbers), ("1 1 3\n1 1 4\n", .numbers),
    // Sequences of numbers have one line, or lines of another length.
    ("6 6 63", .none), ("6 6 63\n4\n", .none), ("6 6 63 6 42 120\n6 195\n", .none),
    // Of which one has a mistake.
    ("1 2 3\n4 5 six\n", .none), ("1 1 open 5 6\n", .none), ("anything else", .none),
    ("", .none), ("# only\n", .none),
  ])
  func aStartIsLikeTextOrNot(text: String, likeness: TextTraceImporter.Likeness) {
    #expect(TextTraceImporter.likeness(of: Array(text.utf8), isWhole: true) == likeness)
  }

  @Test func aLineThatIsCutOffSaysNothing() {
    let start = Array("1 1 3\n1 1 4\nexit 1 1 5".utf8)
    #expect(TextTraceImporter.likeness(of: start, isWhole: false) == .numbers)
    #expect(TextTraceImporter.likeness(of: start, isWhole: true) == .certain)
  }
}
