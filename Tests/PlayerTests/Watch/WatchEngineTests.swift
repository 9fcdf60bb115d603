import Foundation
import KernelTrace
import LiveTrace
import Testing

@testable import Player

@Suite struct WatchEngineTests {
  @Test(arguments: [(WatchMode.observe, "observed"), (.alert, "alerted")])
  func withoutEnforcementNobodyIsTouched(mode: WatchMode, action: String) throws {
    let bench = try WatchBench([(nil, true)], mode: mode)
    bench.exec(10, "httpd")
    bench.act(10)
    #expect(try bench.actions() == [action])
    #expect(bench.responder.notes.lines == [])
  }

  @Test func anOffenderIsStoppedThenKilledAndItsEndIsSaid() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    bench.act(10, 2)
    #expect(bench.responder.notes.lines == ["stop 10"])
    bench.act(10, 5)
    bench.engine.killDue(at: .max)
    #expect(bench.responder.notes.lines == ["stop 10", "kill 10"])
    #expect(bench.responder.notes.held == [10])
    bench.exit(10)
    #expect(bench.responder.notes.held == [])
    #expect(bench.engine.incidents.isEmpty)
    let alerts = try bench.alerts()
    #expect(alerts.count == 2)
    #expect(alerts[0]["action"] as? String == "stopped")
    #expect(alerts[0]["service"] as? String == "httpd")
    #expect(alerts[0]["processes"] as? Int == 1)
    #expect(alerts[0]["job_events"] as? Int == 2)
    #expect(alerts[1]["ended"] as? String == "killed")
    #expect(alerts[1]["events_after"] as? Int == 5)
    #expect(alerts[1]["last_event_us"] as? Int == 5)
  }

  @Test func whomTheScorerHasForgottenIsNamedAllTheSame() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    bench.act(10, 1)
    // As when it gives way in a full table.
    bench.engine.detectors[0].forget(ThreadID(pid: 10, tid: 10))
    bench.act(10)
    #expect(try bench.alerts()[0]["name"] as? String == "httpd")
  }

  @Test func nothingIsKilledBeforeItsTime() throws {
    let bench = try WatchBench([(nil, true)], killDelay: 1_000_000_000_000)
    bench.act(10)
    bench.engine.killDue(at: 1_000_000_000)
    #expect(bench.responder.notes.lines == ["stop 10"])
    bench.engine.killStopped()
    #expect(bench.responder.notes.lines == ["stop 10", "kill 10"])
    bench.engine.killStopped()
    #expect(bench.responder.notes.lines.count == 2)
  }

  @Test func whoGoesOnAfterTheStopIsKilledAtOnceWithAllOfIt() throws {
    let bench = try WatchBench([(nil, true)], killDelay: 1_000_000_000_000)
    bench.act(10, thread: 11)
    bench.fork(10, 20)
    let stops = ["stop 10", "stop 20"]
    #expect(bench.responder.notes.lines == stops)
    // Of before the stop, as many as there are.
    bench.act(10, 50)
    // The call that each thread was in.
    let later: UInt64 = 1 << 62
    bench.act(10, 1, at: later)
    bench.act(10, 1, thread: 11, at: later)
    bench.act(20, 1, at: later)
    #expect(bench.responder.notes.lines == stops)
    bench.act(20, 1, at: later)
    #expect(bench.responder.notes.lines.sorted() == ["kill 10", "kill 20"] + stops)
    bench.act(20, 5, at: later)
    #expect(bench.responder.notes.lines.count == 4)
    bench.exit(20)
    bench.exit(10, thread: 11)
    bench.exit(10)
    #expect(try bench.alerts().last?["ended"] as? String == "killed")
  }

  @Test func withoutADelayItIsKilledAtOnce() throws {
    let bench = try WatchBench([(nil, true)], killDelay: 0)
    bench.act(10)
    #expect(bench.responder.notes.lines == ["kill 10"])
    #expect(try bench.actions() == ["killed"])
  }

  @Test func theWholeJobIsReachedAndTheServiceIsNot() throws {
    let bench = try WatchBench([("a.cgi", false), ("id", true), (nil, false)])
    bench.exec(10, "httpd")
    bench.fork(10, 20)
    bench.act(20)
    bench.fork(20, 30)
    bench.exec(30, "sh")
    bench.fork(30, 40)
    bench.fork(30, 50)
    bench.exec(50, "id")
    // It has a blob of its own, so that it is a service of its own.
    bench.act(50)
    #expect(bench.responder.notes.lines == ["stop 50"])
  }

  @Test func aJobIsStoppedOffenderFirst() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    bench.fork(10, 30)
    bench.exec(30, "sh")
    bench.fork(30, 40)
    bench.fork(30, 50)
    bench.exec(50, "id")
    bench.act(50)
    #expect(bench.responder.notes.lines.first == "stop 50")
    #expect(bench.responder.notes.lines.sorted() == ["stop 30", "stop 40", "stop 50"])
  }

  /// Records of two CPUs come in no exact order: a number is not another's for having begun later.
  @Test func whoWasMadeSinceTheAlarmIsReached() throws {
    let bench = try WatchBench([(nil, true)])
    bench.exec(10, "httpd")
    let (maker, child) = (ThreadID(pid: 10, tid: 10), ThreadID(pid: 20, tid: 20))
    bench.engine.take(.fork(parent: maker, child: child, time: 9_000_000_000))
    bench.act(10)
    #expect(bench.responder.notes.lines == ["stop 10", "stop 20"])
    #expect(bench.responder.notes.times[10] ?? .max < 2_000_000_000)
    #expect(bench.responder.notes.times[20] == 9_000_000_000)
  }

  @Test(arguments: [("/usr/sbin/httpd", ["stop 30", "stop 50"]), ("httpd", ["stop 50"])])
  func whoIsCalledAsTheServiceIsItWhereABlobIsForANameOnly(
    program: String, lines: [String]
  ) throws {
    let bench = try WatchBench([(program, true)])
    bench.responder.notes.executables = [10: "/usr/sbin/httpd", 50: "/tmp/httpd"]
    bench.exec(10, "httpd")
    bench.fork(10, 30)
    bench.exec(30, "a.cgi")
    bench.fork(30, 50)
    bench.exec(50, "httpd")
    bench.act(50)
    #expect(bench.responder.notes.lines.sorted() == lines)
  }

  @Test func aForkedWorkerOfTheServiceStandsForItself() throws {
    let bench = try WatchBench([("/usr/sbin/httpd", true)])
    bench.responder.notes.executables = [10: "/usr/sbin/httpd"]
    bench.exec(10, "httpd")
    bench.fork(10, 20)
    bench.fork(20, 30)
    bench.act(30)
    #expect(bench.responder.notes.lines == ["stop 30"])
  }

  @Test func reachOfAProcessLeavesItsAncestors() throws {
    var rules = ResponseRules(ownProcess: 77)
    rules.reach = .process
    let bench = try WatchBench([(nil, true)], rules: rules)
    bench.exec(10, "httpd")
    bench.fork(10, 30)
    bench.exec(30, "sh")
    bench.fork(30, 40)
    bench.fork(40, 50)
    bench.act(40)
    #expect(bench.responder.notes.lines.sorted() == ["stop 40", "stop 50"])
  }

  @Test func whatAStoppedProcessStillForksIsStopped() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(10)
    bench.fork(10, 20)
    bench.fork(20, 30)
    #expect(bench.responder.notes.lines == ["stop 10", "stop 20", "stop 30"])
    bench.act(20)
    bench.engine.killDue(at: .max)
    bench.fork(30, 40)
    #expect(bench.responder.notes.lines.suffix(1) == ["kill 40"])
    for pid in [10, 20, 30, 40] as [UInt32] { bench.exit(pid) }
    let alerts = try bench.alerts()
    #expect(alerts.count == 2)
    #expect(alerts[1]["processes"] as? Int == 4)
    #expect(bench.engine.counters.repeated == 1)
  }

  @Test func programsOnTheListAreNeverTouched() throws {
    var rules = ResponseRules(ownProcess: 77)
    rules.allowed = [
      ProgramPattern(WatchBench.kept("sshd")), ProgramPattern(WatchBench.kept("/bin/login")),
    ]
    let bench = try WatchBench([(nil, true)], rules: rules)
    bench.responder.notes.executables = [30: "/bin/login"]
    bench.exec(20, "sshd")
    bench.act(20)
    bench.exec(30, "anything")
    bench.act(30)
    #expect(try bench.actions() == ["spared allowed", "spared allowed"])
    // Not even as a part of somebody's job; what they started is.
    bench.exec(10, "init")
    bench.fork(10, 40)
    bench.exec(40, "sshd")
    bench.fork(40, 50)
    bench.exec(50, "sh")
    bench.act(50)
    #expect(bench.responder.notes.lines == ["stop 50"])
  }

  @Test func thePlayerAndProcess1AreNeverTouched() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(1)
    bench.act(77)
    #expect(try bench.actions() == ["spared protected", "spared protected"])
    #expect(bench.responder.notes.lines == [])
  }

  @Test func aProcessThatHasEndedIsSaidToHave() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(99)
    #expect(try bench.actions() == ["spared ended"])
    #expect(bench.engine.policy.budget.remaining(at: .max) == 10)
    #expect(bench.engine.incidents.isEmpty)
  }

  @Test func aRefusedSignalIsSaid() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(98)
    #expect(try bench.actions() == ["failed"])
    #expect(try bench.alerts()[0]["errno"] as? Int == 1)
    #expect(bench.responder.notes.held == [])
  }

  @Test func aProcessThatWasNotToBeHadIsReachedByTheNextIncident() throws {
    let bench = try WatchBench([(nil, true)])
    bench.act(97)
    #expect(try bench.actions() == ["failed"])
    #expect(try bench.alerts()[0]["errno"] as? Int == 24)
    #expect(bench.engine.tree[97]?.pointee.incident == 0)
    bench.responder.notes.hasDescriptors = true
    bench.fork(97, 20)
    bench.act(20)
    #expect(bench.responder.notes.lines == ["stop 20"])
    bench.act(97, thread: 96)
    #expect(bench.responder.notes.lines == ["stop 20", "stop 97"])
  }

  /// The player looks more often then.
  @Test func aScoreOverHalfOfItsThresholdIsNoted() throws {
    let calm = try WatchBench([(nil, false)])
    calm.act(10)
    #expect(calm.engine.suspicionTime == 0)
    let bench = try WatchBench([(nil, true)])
    bench.act(10, 1, at: 5000)
    #expect(bench.engine.suspicionTime == 5000)
    #expect(bench.responder.notes.lines == [])
  }

  @Test func alertsOverTheRateAreCounted() throws {
    let bench = try WatchBench([(nil, true)], mode: .alert, perMinute: 2)
    for pid: UInt32 in 10..<20 { bench.act(pid) }
    #expect(try bench.actions().count == 2)
    #expect(bench.engine.alerts.suppressed == 8)
  }

  @Test func whatWasDoneIsSaidHoweverManyAlertsThereAre() throws {
    let bench = try WatchBench([(nil, true)], budget: 0, perMinute: 2)
    for pid: UInt32 in 10..<20 { bench.act(pid) }
    bench.engine.policy.budget = KillBudget(limit: 3)
    for pid: UInt32 in 20..<30 { bench.act(pid) }
    let spared = [String](repeating: "spared budget", count: 2)
    #expect(try bench.actions() == spared + ["stopped", "stopped", "stopped"])
    #expect(try bench.alerts()[2]["suppressed"] as? Int == 8)
    #expect(bench.engine.alerts.suppressed == 15)
  }
}
