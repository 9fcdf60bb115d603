import KernelTrace
import TestSupport
import Testing

@testable import Player

@Suite struct ProcessTreeTests {
  private func name(_ text: String) -> ProgramName {
    Array(text.utf8).withUnsafeBytes { ProgramName($0) }
  }

  /// A server (10) with a worker (20) of its own program, whose script (30) runs two commands (40
  /// and 50), and a script of the server itself (60).
  private func tree() -> ProcessTree {
    var tree = ProcessTree()
    for (pid, parent, program) in [
      (10, 0, "httpd"), (20, 10, "httpd"), (30, 20, "a.cgi"), (40, 30, "sh"), (50, 40, "id"),
      (60, 10, "b.cgi"),
    ] as [(UInt32, UInt32, String)] {
      var entry = ProcessEntry(pid: pid, parent: parent, firstSeen: 0)
      entry.name = name(program)
      entry.service = name("httpd")
      entry.runsService = entry.name == entry.service
      entry.events = UInt64(pid)
      _ = tree.add(entry)
    }
    return tree
  }

  @Test func aJobBeginsBelowTheServicesOwnProgram() {
    let tree = tree()
    let jobs = [10, 20, 30, 40, 50, 60].map { tree.job(of: $0) { _ in false } }
    #expect(jobs == [10, 20, 30, 30, 30, 60])
  }

  @Test func aJobEndsBelowWhoIsNeverTouched() {
    let tree = tree()
    let shell = name("sh")
    #expect(tree.job(of: 50) { $0.name == shell } == 50)
  }

  @Test func aJobIsNeverWhatWasThereBefore() {
    let tree = tree()
    // The root runs another program than its service, as a shell that has started it does.
    tree[10]?.pointee.runsService = false
    tree[20]?.pointee.runsService = false
    #expect(tree.job(of: 50) { _ in false } == 20)
  }

  @Test func aJobIsTheSameWhenItsServiceHasEnded() {
    var tree = tree()
    tree.remove(20)
    tree.remove(10)
    #expect([30, 40, 50].map { tree.job(of: $0) { _ in false } } == [30, 30, 30])
  }

  @Test func aFamilyIsTheProcessFirstThenAllDescendants() {
    let tree = tree()
    #expect(tree.family(of: 30).first == 30)
    #expect(tree.family(of: 30).sorted() == [30, 40, 50])
    #expect(tree.family(of: 10).sorted() == [10, 20, 30, 40, 50, 60])
    #expect(tree.family(of: 50) == [50])
  }

  @Test func nothingGetsOutOfSightByAnAncestorsEnd() {
    var tree = tree()
    tree.remove(40)
    #expect(tree[50]?.pointee.parent == 30)
    #expect(tree[30]?.pointee.events == 70)
    #expect(tree.family(of: 30).sorted() == [30, 50])
    #expect(tree.job(of: 50) { _ in false } == 30)
  }

  @Test func inWhateverOrderProcessesEndTheirChildrenAreTheirParents() {
    var random = SplitMix64(seed: 7)
    var tree = ProcessTree()
    var parents: [UInt32: UInt32] = [1: 0]
    _ = tree.add(ProcessEntry(pid: 1, parent: 0, firstSeen: 0))
    for pid in 2...2000 as ClosedRange<UInt32> {
      let living = parents.keys.sorted()
      let parent = living[Int(random.next() % UInt64(living.count))]
      parents[pid] = parent
      _ = tree.add(ProcessEntry(pid: pid, parent: parent, firstSeen: 0))
      let ending = living[Int(random.next() % UInt64(living.count))]
      if ending == 1 || pid % 3 == 0 { continue }
      let heir = parents.removeValue(forKey: ending)
      for (child, parent) in parents where parent == ending { parents[child] = heir }
      tree.remove(ending)
    }
    #expect(tree.count == parents.count)
    for (pid, parent) in parents { #expect(tree[pid]?.pointee.parent == parent) }
  }

  @Test func aCircleOfReusedNumbersEnds() {
    let tree = tree()
    tree[10]?.pointee.parent = 50
    tree[20]?.pointee.runsService = false
    tree[10]?.pointee.runsService = false
    _ = tree.job(of: 50) { _ in false }
  }

  @Test func everyGenerationIsOfTheFamily() {
    var tree = ProcessTree()
    for pid in 1...3000 as ClosedRange<UInt32> {
      _ = tree.add(ProcessEntry(pid: pid, parent: pid - 1, firstSeen: 0))
    }
    #expect(tree.family(of: 1).count == 3000)
    #expect(tree.job(of: 3000) { _ in false } == 3000)
    for pid in 2...3000 as ClosedRange<UInt32> { tree[pid]?.pointee.runsService = false }
    #expect(tree.job(of: 3000) { _ in false } == 2)
  }
}
