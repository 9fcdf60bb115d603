import CPlatform
import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// Of the same suite, whose tests count descriptors and take turns.
extension LiveSourceTests {
  @Test(.enabled(if: LiveKernel.cgroups != nil, "no cgroup v2 is mounted"))
  func everyProcessOfACgroupIsSeen() throws {
    let cgroup = try #require(LiveKernel.cgroups) + "/mle-test-\(getpid())"
    try FileManager.default.createDirectory(atPath: cgroup, withIntermediateDirectories: false)
    defer { rmdir(cgroup) }
    let path = try #require(strdup(cgroup))
    defer { free(path) }
    var source = try LiveSource.watching(.cgroup(path))
    let script = "echo $$ > \(cgroup)/cgroup.procs; exec \(Program.liveChild.path) forks 20"
    let shell = try Program(path: "/bin/sh").start(["-c", script])
    var lines: [String] = []
    let deadline = mle_now() + 60_000_000_000
    while lines.filter({ $0.hasPrefix("exit ") }).count < 21, mle_now() < deadline {
      source.poll { lines.append(TestJoiner.line($0)) }
    }
    let isOver = source.isOver
    #expect(!isOver)
    #expect(try shell.wait().status == 0)
    #expect(lines.filter { $0.hasPrefix("fork ") }.count == 20)
    #expect(lines.filter { $0.hasSuffix(" exit_group:ok") }.count == 21)
    // Once at its exec; the shell may be looked up only then, too.
    #expect((1...2).contains(lines.filter { $0.hasSuffix(" live-child") }.count))
  }

  /// As a service manager does with a service that is started again.
  @Test(.enabled(if: LiveKernel.cgroups != nil, "no cgroup v2 is mounted"))
  func aCgroupThatIsMadeAgainIsWatched() throws {
    let cgroup = try #require(LiveKernel.cgroups) + "/mle-again-\(getpid())"
    func make() throws {
      try FileManager.default.createDirectory(atPath: cgroup, withIntermediateDirectories: false)
    }
    try make()
    defer { rmdir(cgroup) }
    let path = try #require(strdup(cgroup))
    defer { free(path) }
    var source = try LiveSource.watching(.cgroup(path))
    let before = try LiveKernel.descriptorCount()
    for _ in 0..<2 {
      try #require(rmdir(cgroup) == 0)
      // It is looked for once a second, in vain.
      let end = mle_now() + 1_500_000_000
      while mle_now() < end { source.poll { _ in } }
      try make()
      let script = "echo $$ > \(cgroup)/cgroup.procs; exec \(Program.liveChild.path) work 1000"
      let shell = try Program(path: "/bin/sh").start(["-c", script])
      let event = "\(shell.processID) getppid:ok"
      var lines: Set<String> = []
      let deadline = mle_now() + 60_000_000_000
      while !lines.contains(event), mle_now() < deadline {
        source.poll { lines.insert(TestJoiner.line($0)) }
      }
      #expect(lines.contains(event))
      shell.send(SIGKILL)
      _ = try shell.wait()
    }
    #expect(try LiveKernel.isAllClosed(but: before))
    let trouble = source.takeTrouble()
    #expect(trouble == nil)
  }
}
