import Foundation
import KernelTrace
import LiveTrace
import Testing

@testable import Player

/// Who is a part of an incident, and for how long.
@Suite struct IncidentTests {
  /// Some of its threads wait, and have done nothing yet.
  @Test func aProcessWithThreadsThatNobodyHasHeardOfIsKilledToo() throws {
    let bench = try WatchBench([(nil, true)], killDelay: 1_000_000_000_000)
    bench.responder.notes.alive = [10]
    bench.act(10)
    #expect(bench.responder.notes.lines == ["stop 10"])
    bench.exit(10)
    bench.engine.forgetEnded(at: 1_000_000_000)
    #expect(bench.engine.incidents.count == 1)
    bench.engine.killDue(at: .max)
    #expect(bench.responder.notes.lines == ["stop 10", "kill 10"])
    // Its last threads are not heard of either.
    bench.responder.notes.alive = []
    bench.engine.forgetEnded(at: 1_000_000_001)
    #expect(bench.engine.incidents.count == 1)
    bench.engine.forgetEnded(at: 2_000_000_000)
    #expect(bench.engine.incidents.isEmpty && bench.engine.tree.count == 0)
    #expect(bench.responder.notes.held == [])
    #expect(try bench.alerts().last?["ended"] as? String == "killed")
  }

  @Test func aProcessOfBeforeTheWatchKeepsItsBlobWhileItHasThreads() throws {
    let bench = try WatchBench([("httpd", false)])
    bench.responder.notes.alive = [10]
    bench.exec(10, "httpd")
    bench.act(10, thread: 11)
    bench.exit(10, thread: 11)
    bench.exit(10)
    bench.act(10, thread: 12)
    #expect(bench.engine.counters.unassignedEvents == 0)
  }

  /// Their ends were not seen, and their numbers are other processes' now.
  @Test func whoHasANumberThatIsUsedAgainIsNotTheOneThatWasWatched() throws {
    let bench = try WatchBench([(nil, true)])
    bench.fork(10, 20)
    bench.fork(10, 30)
    bench.responder.notes.begins = [20: 4_000_000_000]
    bench.act(10)
    #expect(bench.responder.notes.lines == ["stop 10", "stop 30"])
  }

  @Test func whoRaisesTheAlarmIsStoppedThoughHisNumberWasAnothersBefore() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(10, 1, at: 1_000)
    bench.responder.notes.begins = [10: 3_000]
    bench.act(10, 5, at: 5_000)
    #expect(bench.responder.notes.lines == ["stop 10"])
  }

  /// A call that the kill breaks off ends, too.
  @Test func whatIsHeardAfterTheKillIsNotCounted() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(10, 2)
    bench.act(10, 5)
    bench.engine.killDue(at: .max)
    bench.act(10, 3)
    bench.exit(10)
    let end = try #require(try bench.alerts().last)
    #expect(end["events_after"] as? Int == 5)
    #expect(end["last_event_us"] as? Int == 5)
  }

  @Test func theStopMayTakeAMillisecond() throws {
    let bench = try WatchBench([(nil, true)], killDelay: 1_000_000_000_000)
    bench.act(10)
    let stopTime = try #require(bench.engine.tree[10]?.pointee.stopTime)
    bench.act(10, 50, at: stopTime + 1_000_000)
    #expect(bench.responder.notes.lines == ["stop 10"])
    bench.act(10, 2, at: stopTime + 1_000_001)
    #expect(bench.responder.notes.lines == ["stop 10", "kill 10"])
  }

  /// Its last events are still to come.
  @Test func whoOfAJobHasEndedIsAPartOfTheIncident() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    bench.fork(10, 30)
    bench.exec(30, "sh")
    bench.fork(30, 99)
    bench.act(30)
    #expect(bench.responder.notes.lines == ["stop 30"])
    bench.act(99)
    #expect(try bench.actions() == ["stopped"])
    #expect(bench.engine.counters.repeated == 1)
  }

  @Test func theEventsOfAllOfAJobAreCounted() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    bench.act(10, 1)
    bench.fork(10, 30)
    bench.exec(30, "sh")
    bench.fork(30, 40)
    bench.fork(30, 50)
    // Its second one, with that of its ancestor.
    bench.act(50, 1)
    #expect(try bench.alerts()[0]["job_events"] as? Int == 1)
    bench.fork(10, 60)
    bench.engine.detectors[0].forget(ThreadID(pid: 60, tid: 60))
    bench.exec(60, "sh")
    bench.act(60, 1)
    bench.fork(60, 70)
    bench.act(70, 1)
    let second = try bench.alerts()[1]
    #expect(second["processes"] as? Int == 2)
    #expect(second["job_events"] as? Int == 2)
  }

  /// Its number may be another's by then, which is not asked for.
  @Test func whoseForkWasSeenEndsWithItsLastThread() throws {
    let bench = try WatchBench([(nil, false)])
    bench.responder.notes.alive = [20]
    bench.fork(10, 20)
    bench.exit(20)
    #expect(bench.engine.tree[20] == nil)
    #expect(bench.responder.notes.askedIfAlive == 0)
  }

  @Test func anIncidentThatReachesNobodyLeavesNoTrace() throws {
    let bench = try WatchBench([(nil, true)])
    bench.responder.notes.begins = [10: .max]
    bench.act(10)
    #expect(try bench.actions() == ["spared ended"])
    #expect(bench.engine.tree[10]?.pointee.incident == 0)
  }

  @Test func fewAreLookedForAtATime() throws {
    let bench = try WatchBench([(nil, false)])
    for pid in 100..<200 as Range<UInt32> {
      bench.responder.notes.alive.insert(pid)
      for _ in 0..<3 {
        bench.act(pid)
        bench.exit(pid)
      }
    }
    // Once each, however often its threads come and go.
    #expect(bench.responder.notes.askedIfAlive == 100)
    bench.engine.forgetEnded(at: 1_000_000_000)
    #expect(bench.responder.notes.askedIfAlive == 116)
    bench.responder.notes.alive = []
    for round in 1...7 as ClosedRange<UInt64> {
      bench.engine.forgetEnded(at: 1_000_000_000 + round * 10_000_000)
    }
    #expect(bench.engine.tree.count == 0)
  }

  @Test func aRefusalIsNotTakenForAnEnd() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(98, "httpd")
    bench.fork(98, 99)
    bench.act(98)
    #expect(try bench.actions() == ["failed"])
    #expect(bench.engine.incidents.isEmpty)
    // Its number is not the next one's.
    bench.act(10)
    #expect(try bench.alerts().last?["incident"] as? Int == 2)
  }
}
