import KernelTrace
import TestSupport
import Testing

@testable import TraceData

@Suite struct TraceReplayTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func replay(_ dataset: TraceDataset) throws -> [TraceReplay.Step] {
    let replay = TraceReplay(dataset)
    var steps: [TraceReplay.Step] = []
    while let step = try replay.next() { steps.append(step) }
    return steps
  }

  @Test func aFamilyIsToldInOrderOfTime() throws {
    let dataset = try Recorded.dataset(Recorded.family, in: directory)
    #expect(
      try replay(dataset).map(\.record) == [
        Recorded.exec(1, "server", 10), Recorded.event(1, 5, 10), Recorded.event(1, 6, 20),
        Recorded.fork(1, 2, 25), Recorded.exec(2, "sh", 25), Recorded.event(1, 7, 30),
        // 4 gets its parent's name: a data set knows only the last one.
        Recorded.fork(2, 4, 31), Recorded.exec(4, "server", 31), Recorded.event(2, 8, 32),
        Recorded.event(4, 9, 34), Recorded.exit(4, 34), Recorded.event(2, 5, 35),
        Recorded.exit(2, 35), Recorded.fork(1, 3, 36), Recorded.event(1, 8, 40),
        Recorded.exit(1, 40), Recorded.event(3, 9, 41), Recorded.exit(3, 41),
      ])
  }

  @Test func stepsSayWhereTheyAreInTheDataset() throws {
    let dataset = try Recorded.dataset(Recorded.family, in: directory)
    for step in try replay(dataset) {
      guard case .event(let event) = step.record, let index = step.event else {
        #expect(step.event == nil)
        continue
      }
      #expect(dataset.sequences.events(of: step.sequence).contains(index))
      #expect(try dataset.times(in: index..<index + 1) == [event.time])
    }
  }

  @Test func theMostThatAreAliveAreCounted() throws {
    // 1, 2 and 4 are at 32; 3 begins when 2 and 4 have ended.
    let family = try Recorded.dataset(Recorded.family, in: directory)
    #expect(try TraceReplay.mostAlive(in: family) == 3)
    // Without times a forked one waits for its turn.
    let records = [
      Recorded.event(1, 1, 0), Recorded.event(2, 2, 0), Recorded.fork(1, 3, 0),
      Recorded.event(3, 3, 0),
    ]
    let untimed = try Recorded.dataset(records, in: directory, name: "b.h5")
    #expect(try TraceReplay.mostAlive(in: untimed) == 2)
  }

  @Test func withoutTimesSequencesComeOneAfterTheOther() throws {
    let records = [
      Recorded.event(1, 1, 0), Recorded.event(2, 2, 0), Recorded.fork(1, 3, 0),
      Recorded.event(3, 3, 0), Recorded.event(1, 4, 0),
    ]
    let dataset = try Recorded.dataset(records, in: directory)
    #expect(!dataset.hasTimes)
    #expect(
      try replay(dataset).map(\.record) == [
        Recorded.event(1, 1, 0), Recorded.fork(1, 3, 0), Recorded.event(1, 4, 0),
        Recorded.exit(1, 0), Recorded.event(2, 2, 0), Recorded.exit(2, 0),
        Recorded.event(3, 3, 0), Recorded.exit(3, 0),
      ])
  }

  @Test func aForkAfterTheLastEventComesBeforeTheExit() throws {
    let dataset = try Recorded.dataset(
      [Recorded.event(1, 1, 5), Recorded.fork(1, 2, 9), Recorded.event(2, 2, 9)], in: directory)
    #expect(
      try replay(dataset).map(\.record) == [
        Recorded.event(1, 1, 5), Recorded.fork(1, 2, 9), Recorded.exit(1, 9),
        Recorded.event(2, 2, 9), Recorded.exit(2, 9),
      ])
  }

  @Test(arguments: [1, 2, 3])
  func importingAReplayGivesTheSameDataset(seed: UInt64) throws {
    let dataset = try Recorded.dataset(
      Recorded.random(count: 30_000, seed: seed), in: directory, name: "a.h5")
    let steps = try replay(dataset)
    let again = try Recorded.dataset(steps.map(\.record), in: directory, name: "b.h5")
    #expect(again.sequences == dataset.sequences)
    #expect(again.vocabulary == dataset.vocabulary)
    let all = 0..<dataset.eventCount
    #expect(try again.states(in: all) == dataset.states(in: all))
    #expect(try again.times(in: all) == dataset.times(in: all))
    let times = steps.compactMap { step -> UInt64? in
      guard case .event(let event) = step.record else { return nil }
      return event.time
    }
    #expect(times == times.sorted() && times.count == dataset.eventCount)
  }
}
