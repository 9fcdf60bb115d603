import TestSupport
import Testing

@testable import TraceData

/// In which order a directory's files come, and which of them are one recording.
@Suite struct InputNameTests {
  private func ordered(_ names: [String]) throws -> [String] {
    let directory = try TemporaryDirectory()
    for name in names.sorted() { _ = try directory.write("1".utf8, to: name) }
    return try InputFiles.expand([directory.path]).map {
      String($0.dropFirst(directory.path.utf8.count + 1))
    }
  }

  @Test(arguments: [
    ["day.mlt", "day.1.mlt", "day.2.mlt", "day.9.mlt", "day.10.mlt", "day.11.mlt"],
    ["day.mlt.gz", "day.1.mlt.xz", "day.2.mlt.gz", "day.10.mlt"],
    ["day", "day.1", "day.2", "day.10", "day-1", "day-1.1", "day1"],
    ["day", "day.1.mlt", "day.label", "day2", "days.mlt", "days.1.mlt"],
    ["1", "02", "2", "10", "a1b2", "a1b10", "a01b11", "a2", "b"],
    ["x.1.1", "x.1.2", "x.2", "x.99999999999999999999", "x.100000000000000000000"],
  ])
  func numbersInNamesAreNumbers(names: [String]) throws {
    #expect(try ordered(names) == names)
  }

  @Test(arguments: [
    ("day.mlt", "day.1.mlt"), ("d/day.1.mlt", "d/day.2.mlt"), ("day.9.mlt", "day.10.mlt"),
    ("day.mlt.gz", "day.1.mlt.xz"), ("day.1.mlt.gz", "day.2.mlt"), ("day", "day.1"),
    ("day.cap.1", "day.cap.2"), ("day.1.mlt", "day.1.1.mlt"), ("day.4294967295", "day.4294967296"),
  ])
  func theNextNumberFollows(names: (String, String)) {
    #expect(CaptureName.isFollowed(names.0, by: names.1))
    #expect(!CaptureName.isFollowed(names.1, by: names.0))
  }

  @Test(arguments: [
    ("day.mlt", "day.2.mlt"), ("day.1.mlt", "day.3.mlt"), ("day.mlt", "night.1.mlt"),
    ("d/day.mlt", "e/day.1.mlt"), ("day", "day.1.mlt"), ("day.mlt", "day.1"),
    ("day1.mlt", "day2.mlt"),
    ("day.01.mlt", "day.02.mlt"), ("day.mlt", "day.mlt"), ("day.1.mlt", "day.1.mlt.gz"), ("-", "-"),
    ("day.mlt", "day.01.mlt"), ("1.mlt", "2.mlt"),
  ])
  func nothingElseFollows(names: (String, String)) {
    #expect(!CaptureName.isFollowed(names.0, by: names.1))
  }
}
