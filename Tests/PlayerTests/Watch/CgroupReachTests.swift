import Foundation
import TestSupport
import Testing

@testable import Player

/// The reach `cgroup`, over directories with the kernel's file names.
@Suite struct CgroupReachTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try make("", processes: [])
  }

  /// A cgroup at or below the watched one.
  private func make(_ name: String, processes: [UInt32]) throws {
    try FileManager.default.createDirectory(
      atPath: directory.file("cg/" + name), withIntermediateDirectories: true)
    for file in ["cgroup.freeze", "cgroup.kill"] {
      _ = try directory.write("".utf8, to: "cg/\(name)/\(file)")
    }
    _ = try directory.write(
      processes.map { "\($0)\n" }.joined().utf8, to: "cg/\(name)/cgroup.procs")
  }

  private func control() throws -> CgroupControl {
    try #require(CgroupControl(directory: WatchBench.kept(directory.file("cg"))))
  }

  private func bench(allowed: [String] = []) throws -> WatchBench {
    var rules = ResponseRules(ownProcess: 77)
    rules.reach = .cgroup
    rules.cgroup = try control()
    rules.allowed = allowed.map { ProgramPattern(WatchBench.kept($0)) }
    return try WatchBench([(nil, true)], rules: rules)
  }

  private func text(_ file: String) throws -> String {
    String(decoding: try directory.read("cg/" + file), as: UTF8.self)
  }

  @Test func everybodyInItIsFrozenThenKilledAndItIsThawed() throws {
    try make("", processes: [10, 20])
    let bench = try bench()
    bench.act(10)
    #expect(try text("cgroup.freeze") == "1")
    #expect(try text("cgroup.kill") == "")
    #expect(try bench.alerts().map { $0["processes"] as? Int } == [2])
    bench.engine.killDue(at: .max)
    #expect(bench.engine.counters.killedProcesses == 2)
    #expect(try text("cgroup.kill") == "1")
    #expect(try text("cgroup.freeze") == "0")
  }

  /// As by the kernel, for lack of memory.
  @Test func whoseOffenderIsKilledByOthersIsKilledToo() throws {
    try make("", processes: [10, 20])
    let bench = try bench()
    bench.act(10)
    #expect(try text("cgroup.freeze") == "1")
    bench.exit(10)
    #expect(try text("cgroup.kill") == "1")
    #expect(try text("cgroup.freeze") == "0")
    #expect(try bench.alerts().last?["ended"] as? String == "exited")
  }

  @Test func whereNobodyIsReachedNothingIsFrozen() throws {
    try make("", processes: [20])
    let bench = try bench()
    bench.act(99)
    #expect(try bench.actions() == ["spared ended"])
    #expect(try text("cgroup.freeze") == "")
    #expect(bench.engine.incidents.isEmpty)
  }

  @Test(arguments: ["", "a", "a/b", "c/d/e"], [1, 77, 30] as [UInt32])
  func whereSomebodyBelowItIsNeverToBeTouchedOnlyTheJobIsReached(
    place: String, pid: UInt32
  ) throws {
    try make("a", processes: [20, 21])
    try make("z", processes: [])
    try make(place, processes: [40, pid])
    let bench = try bench(allowed: ["/bin/login"])
    bench.responder.notes.executables = [30: "/bin/login"]
    bench.act(10)
    #expect(bench.responder.notes.lines == ["stop 10"])
    #expect(try text("cgroup.freeze") == "")
  }

  @Test(arguments: [("login", ""), ("sleep", "1")])
  func whoHasDoneNothingYetIsAskedForItsName(name: String, frozen: String) throws {
    try make("", processes: [10, 30])
    let bench = try bench(allowed: ["login"])
    bench.responder.notes.names = [30: name]
    bench.act(10)
    #expect(try text("cgroup.freeze") == frozen)
  }

  @Test(arguments: [(true, ""), (false, "1")])
  func ofANameThatCannotBeReadTheWorstIsAssumed(isThere: Bool, frozen: String) throws {
    try make("", processes: [10, 30])
    let bench = try bench(allowed: ["login"])
    if isThere { bench.responder.notes.alive = [30] }
    bench.exec(10, "httpd")
    bench.act(10)
    #expect(try text("cgroup.freeze") == frozen)
  }

  @Test func processesAreThoseOfAllCgroupsBelow() throws {
    try make("", processes: [1, 2])
    var expected: Set<UInt32> = [1, 2]
    for index: UInt32 in 0..<300 {
      try make("\(index % 7)/child with a long name \(index)", processes: [100 + index])
      expected.insert(100 + index)
    }
    let processes = try control().processes()
    #expect(processes.count == expected.count)
    #expect(Set(processes) == expected)
  }

  @Test func whereNobodyCanBeReadOnlyTheJobIsReached() throws {
    try FileManager.default.removeItem(atPath: directory.file("cg/cgroup.procs"))
    let bench = try bench()
    bench.act(10)
    #expect(bench.responder.notes.lines == ["stop 10"])
    #expect(try text("cgroup.freeze") == "")
  }

  @Test func whatAPlayerLeftFrozenIsKilledAndThawed() throws {
    try make("", processes: [10, 20])
    #expect(try !control().isFrozen)
    _ = try directory.write("0\n".utf8, to: "cg/cgroup.freeze")
    #expect(try !control().isFrozen)
    _ = try directory.write("1\n".utf8, to: "cg/cgroup.freeze")
    #expect(try control().isFrozen)
    let bench = try bench(allowed: ["/bin/login"])
    let isKilled = bench.engine.killLeftFrozen(try control())
    #expect(isKilled)
    #expect(try text("cgroup.kill") == "1")
    #expect(try text("cgroup.freeze").first == "0")
  }

  @Test func whatIsFrozenWithAnAllowedProgramIsLeftAlone() throws {
    try make("a", processes: [30])
    _ = try directory.write("1\n".utf8, to: "cg/cgroup.freeze")
    let bench = try bench(allowed: ["/bin/login"])
    bench.responder.notes.executables = [30: "/bin/login"]
    let isKilled = bench.engine.killLeftFrozen(try control())
    #expect(!isKilled)
    #expect(try text("cgroup.kill") == "")
    #expect(try text("cgroup.freeze") == "1\n")
  }
}
