import KernelTrace
import Testing

@testable import Player

/// Who is only alerted on, and for how long.
@Suite struct SparingTests {
  @Test func aSpentBudgetOnlyAlerts() throws {
    let bench = try WatchBench([(nil, true)], budget: 1)
    bench.act(10)
    bench.act(20)
    #expect(try bench.actions() == ["stopped", "spared budget"])
    #expect(bench.responder.notes.lines == ["stop 10"])
  }

  @Test(arguments: [(-1, "spared newcomer"), (0, "stopped")])
  func aProcessOfWhichTooLittleIsKnownIsOnlyAlertedOn(more: Int, action: String) throws {
    let bench = try WatchBench([(nil, true)], onLossy: false)
    // What the network looks back and the window.
    let needed = bench.engine.detectors[0].model.architecture.receptiveField + 4
    bench.act(10, needed - 1 + more)
    // What a child continues counts.
    bench.fork(10, 20)
    bench.act(20, 1)
    #expect(try bench.actions() == ["spared newcomer", action])
  }

  @Test func aLossSparesWhoeverItMayHaveHidden() throws {
    let bench = try WatchBench([(nil, true)], onLossy: false)
    bench.act(10, 5)
    bench.fork(10, 20)
    bench.engine.take(.lost(count: 5, thread: nil, time: 0))
    bench.act(20)
    #expect(try bench.actions() == ["spared newcomer", "spared lossy"])
  }

  @Test func whoWasSparedAsANewcomerIsStoppedOnceEnoughIsKnown() throws {
    let bench = try WatchBench([(nil, true)], onLossy: false)
    let needed = bench.engine.detectors[0].model.architecture.receptiveField + 4
    bench.act(10, needed - 1)
    #expect(try bench.actions() == ["spared newcomer"])
    bench.act(10, 1)
    #expect(try bench.actions() == ["spared newcomer", "stopped"])
    #expect(bench.responder.notes.lines == ["stop 10"])
    bench.act(10, 20)
    #expect(try bench.alerts().count == 2)
  }

  @Test func whoWasSparedForALossIsStoppedOnceItIsOutOfSight() throws {
    let bench = try WatchBench([(nil, true)], budget: 0, onLossy: false)
    let reach = bench.engine.detectors[0].model.architecture.receptiveField + 4
    bench.act(10, 2 * reach)
    bench.engine.policy.budget = KillBudget(limit: 1)
    bench.engine.take(.lost(count: 5, thread: nil, time: 0))
    bench.act(10, reach - 1)
    #expect(bench.responder.notes.lines == [])
    bench.act(10, 1)
    #expect(bench.responder.notes.lines == ["stop 10"])
  }

  @Test func aLossThatTheNetworkLooksBackAtSparesToo() throws {
    let bench = try WatchBench([(nil, true)], onLossy: false)
    let looksBack = bench.engine.detectors[0].model.architecture.receptiveField
    let parent = ThreadID(pid: 10, tid: 10)
    bench.act(10, looksBack + 3)
    bench.engine.take(.lost(count: 5, thread: parent, time: 0))
    // Over the window, and not yet over what the window's events were judged by.
    bench.act(10, 4 + looksBack - 2)
    bench.fork(10, 20)
    bench.act(20, 1)
    #expect(try bench.actions() == ["spared newcomer", "spared lossy"])
    #expect(try bench.alerts()[1]["lossy"] as? Bool == false)
  }

  @Test func whoWasSparedForTheBudgetIsStoppedOnceThereIsSome() throws {
    let bench = try WatchBench([(nil, true)], budget: 0)
    bench.act(10, 50)
    #expect(try bench.actions() == ["spared budget"])
    bench.engine.policy.budget = KillBudget(limit: 1)
    bench.act(10, 1)
    #expect(try bench.actions() == ["spared budget", "stopped"])
    let alerts = try bench.alerts()
    #expect(alerts[1]["thread_event"] as? Int == 51)
    #expect(alerts[1]["time_ns"] as? Int == 1_000_051_000)
  }

  @Test func whoLosesRecordsAgainAndAgainIsStoppedAllTheSame() throws {
    let bench = try WatchBench([(nil, true)], budget: 0, onLossy: false)
    let longest = bench.engine.detectors[0].longestReprieve
    bench.act(10, 2 * longest)
    bench.engine.policy.budget = KillBudget(limit: 1)
    let before = bench.engine.tree[10]?.pointee.reprieve ?? 0
    for _ in before..<longest {
      bench.lose(1, of: 10)
      bench.act(10, 1)
    }
    #expect(bench.responder.notes.lines == [])
    bench.lose(1, of: 10)
    bench.act(10, 1)
    #expect(bench.responder.notes.lines == ["stop 10"])
  }

  /// With two events a time there is a verdict, and no second look at it.
  @Test(arguments: [2, 5])
  func whoBeginsAnewAgainAndAgainIsStoppedAllTheSame(events: Int) throws {
    let bench = try WatchBench([("a", true), ("b", true)], onLossy: false)
    let longest = bench.engine.detectors[0].longestReprieve
    var rounds = 0
    while bench.responder.notes.lines.isEmpty, rounds < 2 * longest {
      bench.exec(10, rounds % 2 == 0 ? "a" : "b")
      bench.act(10, events)
      rounds += 1
    }
    #expect(bench.responder.notes.lines == ["stop 10"])
    #expect(rounds > 2)
  }

  /// Else whoever forks again and again is spared for ever.
  @Test func howOftenSomebodyWasSparedIsKnownOfItsChildren() throws {
    let bench = try WatchBench([(nil, true)], onLossy: false)
    bench.act(10, 4)
    bench.fork(10, 20)
    #expect(bench.engine.tree[10]?.pointee.reprieve == 3)
    #expect(bench.engine.tree[20]?.pointee.reprieve == 3)
  }

  @Test func whatWasSparedIsForgottenInOrdinaryTimes() throws {
    let bench = try WatchBench([("a", true), ("b", false)], onLossy: false)
    bench.exec(10, "a")
    bench.act(10, 5)
    let reprieve = bench.engine.tree[10]?.pointee.reprieve ?? 0
    #expect(reprieve > 0)
    bench.exec(10, "b")
    bench.act(10, 16 * reprieve + 16)
    #expect(bench.engine.tree[10]?.pointee.reprieve == 0)
  }

  @Test func whoWasSparedAndCalmedDownIsLeftAlone() throws {
    let bench = try WatchBench([(nil, true)], budget: 0)
    bench.act(10, 5)
    // Another blob of the same network, over whose threshold nothing is.
    _ = try WatchBench.blob(isTouchy: false, in: bench.directory, "0.mle")
    let reload = try bench.engine.detectors[0].reload()
    #expect(reload == .keptThreads)
    bench.engine.policy.budget = KillBudget(limit: 1)
    #expect(bench.engine.tree[thread: 10]?.pointee.isUnanswered == true)
    bench.act(10, 1)
    #expect(bench.engine.tree[thread: 10]?.pointee.isUnanswered == false)
    #expect(try bench.actions() == ["spared budget"])
    #expect(bench.responder.notes.lines == [])
  }

  @Test func aResponseThatWasRefusedIsTriedAgainASecondLater() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(97, 5, at: 2_000_000_000)
    bench.responder.notes.hasDescriptors = true
    bench.act(97, 1, at: 2_999_999_999)
    #expect(try bench.actions() == ["failed"])
    bench.act(97, 1, at: 3_000_000_000)
    #expect(try bench.actions() == ["failed", "stopped"])
    #expect(bench.responder.notes.lines == ["stop 97"])
  }
}
