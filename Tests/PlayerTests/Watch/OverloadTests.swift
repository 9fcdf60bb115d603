import CPlatform
import KernelTrace
import Testing

@testable import Player

@Suite struct OverloadTests {
  @Test func theFirstThreadThatGivesWayIsToldOfOnce() throws {
    let bench = try WatchBench([("httpd", false), (nil, false)])
    for pid: UInt32 in 10..<26 { bench.act(pid) }
    var isFirst = bench.engine.takeFirstEviction()
    #expect(!isFirst)
    bench.act(26)
    isFirst = bench.engine.takeFirstEviction()
    #expect(isFirst)
    bench.act(27)
    isFirst = bench.engine.takeFirstEviction()
    #expect(!isFirst)
  }

  /// The bench's clock is far behind the machine's, as if scoring were.
  @Test func wholeProcessesArePassedOverWhileScoringIsBehind() throws {
    let bench = try WatchBench([(nil, false)])
    // As many as are known at a time, of whom some are shed first.
    let shedder = bench.engine.shedder
    let numbers = UInt32(1000)..<3000
    let pids =
      numbers.filter { shedder.share(of: $0) < 3 }.prefix(6)
      + numbers.filter { shedder.share(of: $0) >= 3 }.prefix(10)
    let end = ContinuousClock.now + .seconds(30)
    while bench.engine.shedder.level < 3, ContinuousClock.now < end {
      for pid in pids { bench.act(pid, 4) }
    }
    let level = bench.engine.shedder.level
    #expect(level >= 3)
    let before = bench.engine.counters
    // No process is scored in part.
    for pid in pids {
      let scored = bench.engine.counters.scoredEvents
      let shed = bench.engine.counters.shedEvents
      let shares = bench.engine.shedder.level
      bench.act(pid, 2)
      let isShed = bench.engine.shedder.share(of: pid) < shares
      guard bench.engine.shedder.level == shares else { continue }
      #expect(bench.engine.counters.scoredEvents - scored == (isShed ? 0 : 2))
      #expect(bench.engine.counters.shedEvents - shed == (isShed ? 2 : 0))
      // It begins anew when it is scored again.
      let past = bench.engine.detectors[0].session.scorer
        .pastEvents(of: ThreadID(pid: pid, tid: pid))
      #expect((past == 0) == isShed)
    }
    #expect(bench.engine.counters.shedEvents > before.shedEvents)
    let shed = pids.filter { bench.engine.shedder.share(of: $0) < level }.count
    #expect(bench.engine.counters.shedProcesses >= UInt64(shed))
    // Every step is an alert.
    let lines = try bench.alerts().filter { $0["overload"] != nil }
    #expect(lines.count == bench.engine.shedder.level)
    #expect(lines.first?["shares_shed"] as? Int == 1)
    // Once nothing happens any more, everybody is scored again soon.
    let start = mle_now()
    for index in 0..<UInt64(bench.engine.shedder.level) {
      #expect(bench.engine.lag > 0 || index > 0)
      bench.engine.noteIdleness(at: start + (index + 1) * 2_000_000_000)
    }
    #expect(bench.engine.shedder.level == 0)
    #expect(bench.engine.lag == 0)
    #expect(try bench.alerts().last?["overload"] as? String == "over")
  }
}
