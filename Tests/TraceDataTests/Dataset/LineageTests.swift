import TestSupport
import Testing

@testable import TraceData

@Suite struct LineageTests {
  /// Sequences 0 to 3 are threads 1, 2, 4 and 3; states become 5:1 6:2 7:3 8:4 9:5.
  private func family() throws -> (TraceDataset, TemporaryDirectory) {
    let directory = try TemporaryDirectory()
    return (try Recorded.dataset(Recorded.family, in: directory), directory)
  }

  @Test func itEndsBeforeTheEvent() throws {
    let (dataset, _) = try family()
    #expect(try dataset.lineage(endingAt: 0, of: 0, count: 9) == [])
    #expect(try dataset.lineage(endingAt: 3, of: 0, count: 2) == [2, 3])
    #expect(try dataset.lineage(endingAt: 4, of: 0, count: 9) == [1, 2, 3, 4])
    #expect(try dataset.lineage(endingAt: 4, of: 0, count: 0) == [])
  }

  @Test func itGoesOnIntoTheParentBeforeTheFork() throws {
    let (dataset, _) = try family()
    #expect(try dataset.lineage(endingAt: 1, of: 1, count: 9) == [1, 2, 4])
    #expect(try dataset.lineage(endingAt: 1, of: 1, count: 2) == [2, 4])
    #expect(try dataset.lineage(endingAt: 0, of: 3, count: 2) == [2, 3])
  }

  @Test func itGoesThroughAParentWithoutEventsOfItsOwn() throws {
    let (dataset, _) = try family()
    #expect(try dataset.lineage(endingAt: 1, of: 2, count: 9) == [1, 2, 5])
  }
}
