import KernelTrace
import LiveTrace
import TestSupport
import Testing

@testable import Player

@Suite struct AssignmentTests {
  @Test func aBlobIsForItsProgramAndAllThatItStarts() throws {
    let bench = try WatchBench([("httpd", true)], mode: .alert)
    bench.exec(10, "cron")
    bench.act(10)
    #expect(bench.engine.counters.unassignedEvents == 3)
    bench.exec(20, "httpd")
    bench.fork(20, 30)
    bench.exec(30, "sh")
    bench.fork(30, 40)
    bench.exec(40, "id")
    bench.act(40)
    #expect(bench.engine.counters.unassignedEvents == 3)
    let alerts = try bench.alerts()
    #expect(alerts.map { $0["service"] as? String } == ["httpd"])
    #expect(alerts.map { $0["name"] as? String } == ["id"])
  }

  @Test func anExecOfAnotherBlobsProgramChangesTheBlob() throws {
    let bench = try WatchBench([("httpd", false), ("dropbear", true)], mode: .alert)
    bench.exec(20, "httpd")
    bench.act(20)
    bench.fork(20, 30)
    bench.act(30)
    #expect(try bench.alerts().isEmpty)
    bench.exec(30, "dropbear")
    bench.act(30)
    #expect(try bench.alerts().map { $0["service"] as? String } == ["dropbear"])
  }

  @Test func anExecOfItsOwnProgramKeepsItsPast() throws {
    let bench = try WatchBench([("httpd", true)], mode: .alert)
    bench.exec(20, "httpd")
    bench.act(20, 1)
    bench.exec(20, "httpd")
    bench.act(20, 1)
    #expect(try bench.alerts().map { $0["thread_event"] as? Int } == [2])
  }

  @Test func whoseMakerNobodyWatchesIsForTheBlobForAllOthers() throws {
    let bench = try WatchBench([("httpd", false), (nil, true)], mode: .alert)
    bench.responder.notes.parents = [20: 5]
    bench.act(20)
    #expect(bench.engine.counters.unassignedEvents == 0)
    #expect(try bench.alerts().map { $0["pid"] as? Int } == [20])
  }

  @Test func aThreadsLossIsOfItsBlobAlone() throws {
    let bench = try WatchBench([("httpd", false), (nil, false)])
    bench.exec(10, "httpd")
    bench.act(20)
    bench.lose(3, of: 10)
    var lost = bench.engine.detectors.map { $0.session.scorer.counters.lostRecords }
    #expect(lost == [3, 0])
    bench.engine.take(.lost(count: 4, thread: nil, time: 0))
    lost = bench.engine.detectors.map { $0.session.scorer.counters.lostRecords }
    #expect(lost == [7, 4])
  }

  @Test func aPathIsThatOfTheExecutableFile() throws {
    let bench = try WatchBench([("/usr/sbin/httpd", true)], mode: .alert)
    bench.responder.notes.executables = [20: "/usr/sbin/httpd", 30: "/tmp/httpd"]
    bench.exec(30, "httpd")
    bench.act(30)
    bench.exec(20, "anything")
    bench.act(20)
    #expect(try bench.alerts().map { $0["pid"] as? Int } == [20])
  }

  @Test func aBlobForNobodyIsForAllOthers() throws {
    let bench = try WatchBench([("httpd", false), (nil, true)], mode: .alert)
    bench.exec(10, "httpd")
    bench.act(10)
    bench.act(20)
    #expect(try bench.alerts().map { $0["pid"] as? Int } == [20])
    #expect(bench.engine.counters.scoredEvents == 6)
  }

  /// Whoever of a service is heard of first, and whoever has a name of its own.
  @Test(arguments: [[20, 30, 40], [40, 30, 20], [30, 40, 20], [40, 20, 30]] as [[UInt32]])
  func whatAServiceStartedBeforeTheWatchIsPartOfIt(order: [UInt32]) throws {
    let bench = try WatchBench([("httpd", true), (nil, false)], mode: .alert)
    bench.responder.notes.oldParents = [20: 1, 30: 20, 40: 30, 50: 1]
    for pid in order {
      if pid == 30 { bench.act(30, 1) } else { bench.exec(pid, pid == 20 ? "httpd" : "sh") }
    }
    bench.act(50)
    #expect(try bench.alerts().isEmpty)
    for pid in [20, 30, 40] as [UInt32] { bench.act(pid) }
    let alerts = try bench.alerts()
    #expect(alerts.map { $0["pid"] as? Int } == [20, 30, 40])
    #expect(alerts.allSatisfy { $0["service"] as? String == "httpd" })
    #expect(Set(bench.engine.tree.family(of: 20)) == [20, 30, 40])
    #expect(bench.engine.tree[40]?.pointee.wasThereBefore == true)
  }

  /// Its blob is for everybody: whoever is heard of first, each is a service by itself.
  @Test(arguments: [[20, 30], [30, 20]] as [[UInt32]])
  func whatRanBeforeTheWatchUnderABlobForAllIsItsOwnService(order: [UInt32]) throws {
    let bench = try WatchBench([(nil, false)], mode: .alert)
    bench.responder.notes.oldParents = [20: 1, 30: 20]
    for pid in order { bench.exec(pid, pid == 20 ? "sh" : "nginx") }
    #expect(bench.engine.tree[30]?.pointee.runsService == true)
    #expect(bench.engine.tree[30]?.pointee.service.count == 5)
    #expect(Set(bench.engine.tree.family(of: 20)) == [20, 30])
  }

  @Test func aLaterExecTakesNoOldChildrenAlong() throws {
    let bench = try WatchBench([("httpd", true), (nil, false)], mode: .alert)
    bench.responder.notes.oldParents = [20: 1, 30: 20]
    bench.exec(20, "sh")
    bench.exec(30, "logger")
    bench.exec(20, "httpd")
    bench.act(30)
    #expect(try bench.alerts().isEmpty)
    bench.act(20)
    #expect(try bench.alerts().map { $0["pid"] as? Int } == [20])
  }

  @Test func theBlobBeforeForgetsThreadsThatAreMoved() throws {
    let bench = try WatchBench([("httpd", true), (nil, false)], mode: .alert)
    bench.responder.notes.oldParents = [20: 1, 30: 20]
    bench.act(30)
    let thread = ThreadID(pid: 30, tid: 30)
    #expect(bench.engine.detectors[1].session.scorer.pastEvents(of: thread) == 3)
    bench.exec(20, "httpd")
    #expect(bench.engine.detectors[1].session.scorer.pastEvents(of: thread) == 0)
  }

  /// Numbers are used again; nobody is its own grandparent.
  @Test func parentsThatGoRoundInACircleAreNone() throws {
    let bench = try WatchBench([(nil, false)], mode: .alert)
    bench.responder.notes.oldParents = [20: 30, 30: 40, 40: 20, 50: 50]
    for pid in [20, 30, 40, 50] as [UInt32] { bench.act(pid) }
    #expect(Set(bench.engine.tree.family(of: 20)).isSubset(of: [20, 30, 40]))
    #expect(bench.engine.tree.family(of: 50) == [50])
  }

  @Test func otherThreadsNamesDoNotRenameAProcess() throws {
    let bench = try WatchBench([("httpd", true)], mode: .alert)
    bench.exec(10, "httpd")
    let thread = ThreadID(pid: 10, tid: 11)
    bench.engine.take(.fork(parent: ThreadID(pid: 10, tid: 10), child: thread, time: 1))
    let name = Array("worker".utf8).withUnsafeBytes { ProgramName($0) }
    bench.engine.take(.exec(thread, name: name, time: 2))
    #expect(bench.engine.tree[10]?.pointee.name[0] == UInt8(ascii: "h"))
    bench.engine.take(.exit(thread, time: 3))
    #expect(bench.engine.tree.count == 1)
    bench.exit(10)
    #expect(bench.engine.tree.count == 0)
  }

  @Test func aProcessFromBeforeKeepsItsBlobUntilItsLastKnownThreadEnds() throws {
    let bench = try WatchBench([("httpd", true)], mode: .alert)
    bench.exec(10, "httpd")
    bench.act(10, thread: 11)
    bench.act(10, thread: 12)
    bench.exit(10, thread: 11)
    #expect(bench.engine.tree[10]?.pointee.threadCount == 2)
    bench.act(10, thread: 12)
    #expect(bench.engine.counters.unassignedEvents == 0)
    // One that was never heard of ends nothing.
    bench.exit(10, thread: 13)
    bench.exit(10, thread: 12)
    #expect(bench.engine.tree.count == 1)
    bench.exit(10)
    #expect(bench.engine.tree.count == 0)
  }

  @Test func aChildWhoseForkWasLostGoesOnAsItsParent() throws {
    let bench = try WatchBench([("httpd", true)])
    bench.exec(10, "httpd")
    bench.fork(10, 20)
    bench.exec(20, "sh")
    bench.responder.notes.parents = [30: 20, 40: 41]
    bench.act(30)
    #expect(bench.engine.counters.unassignedEvents == 0)
    #expect(try bench.actions() == ["stopped"])
    // Its job is its parent's.
    #expect(bench.responder.notes.lines == ["stop 30", "stop 20"])
    // Of the parent of this one nothing is known.
    bench.act(40)
    #expect(bench.engine.counters.unassignedEvents == 3)
  }

  @Test func aThreadNumberOfAnotherProcessMeansThatItsEndWasLost() throws {
    let bench = try WatchBench([(nil, false)])
    bench.act(10)
    bench.act(10, thread: 11)
    bench.act(20, thread: 11)
    #expect(bench.engine.tree[10]?.pointee.threadCount == 1)
    #expect(bench.engine.tree[20]?.pointee.threadCount == 1)
    bench.act(20, thread: 10)
    #expect(bench.engine.tree[10] == nil)
    #expect(bench.engine.tree[20]?.pointee.threadCount == 2)
  }

  @Test func aProcessWithANumberOfBeforeHasNoThreadOfBefore() throws {
    let bench = try WatchBench([(nil, false)])
    bench.act(10)
    bench.act(20, thread: 21)
    bench.fork(10, 20)
    #expect(bench.engine.tree[20]?.pointee.threadCount == 1)
    bench.act(10, thread: 21)
    #expect(bench.engine.tree[10]?.pointee.threadCount == 2)
    bench.exit(20)
    #expect(bench.engine.tree.count == 1)
  }

  @Test func anExecutedStateOfTheAlphabetIsTheBlobsByName() throws {
    let bench = try WatchBench([(nil, false)])
    bench.act(10, 8)
    #expect(bench.engine.detectors[0].session.scorer.counters.unknownEvents == 0)
    bench.engine.take(
      .event(TraceEvent(thread: ThreadID(pid: 10, tid: 10), state: 0, time: 1)))
    #expect(bench.engine.detectors[0].session.scorer.counters.unknownEvents == 1)
  }
}
