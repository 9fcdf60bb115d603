import CPlatform
import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// Of the same suite, whose tests count descriptors and take turns.
extension LiveSourceTests {
  @Test func aProgramIsFoundByItsNameNowAndLater() throws {
    let directory = try TemporaryDirectory()
    let (program, text) = try LiveKernel.copy(as: "live", in: directory)
    let name = try #require(strdup(text))
    defer { free(name) }
    let first = try program.start(["work", "1000"])
    var source = try LiveSource.watching(.program(name))
    let later = try program.start(["work", "1000"])
    let both: Set = [UInt32(first.processID), UInt32(later.processID)]
    var seen: Set<UInt32> = []
    let deadline = mle_now() + 60_000_000_000
    while !seen.isSuperset(of: both), mle_now() < deadline {
      source.poll { if case .event(let event) = $0 { seen.insert(event.thread.pid) } }
    }
    #expect(seen == both)
  }

  /// What happens meanwhile is held back for a millisecond.
  @Test func namesAreNoLaterThanWhatIsStillToCome() throws {
    let child = try Program.liveChild.start(["work", "100"])
    LiveKernel.waitUntilWorking(child)
    var source = try LiveSource.watching(.process(UInt32(child.processID)))
    var (named, late, events): (UInt64, Int, Int) = (0, 0, 0)
    let deadline = mle_now() + 60_000_000_000
    while events < 1000, mle_now() < deadline {
      source.poll {
        guard case .event(let event) = $0 else { return }
        events += 1
        if event.time < named { late += 1 }
      }
      source.nameThreads { if case .exec(_, _, let time) = $0 { named = time } }
    }
    #expect(events >= 1000)
    #expect(named > 0)
    #expect(late == 0)
  }

  /// More than are watched at a time: their children, of another name, were there before.
  @Test func manyAtOnceAreAllWatchedWithTheirChildren() throws {
    mle_raise_descriptor_limit()
    let directory = try TemporaryDirectory()
    let (program, text) = try LiveKernel.copy(of: "/bin/sh", as: "many", in: directory)
    let name = try #require(strdup(text))
    defer { free(name) }
    let flag = directory.file("go")
    let wait = "until [ -e \(flag) ]; do sleep 0.05; done"
    let script = [
      "-c", "\(wait); sleep 600 & trap 'kill $!' TERM; touch \(directory.path)/$$; wait",
    ]
    let first = try program.start(script)
    var source = try LiveSource.watching(.program(name))
    let others = try (0..<40).map { _ in try program.start(script) }
    _ = try directory.write([], to: "go")
    try eventually { try directory.names().count == 41 + 2 }
    let deadline = mle_now() + 60_000_000_000
    while source.threadCount < 82, mle_now() < deadline { source.poll { _ in } }
    #expect(source.threadCount == 82)
    for shell in [first] + others { shell.send(SIGTERM) }
    for shell in [first] + others { _ = try shell.wait() }
  }

  @Test func theEventsOfAProgramThatHasEndedAreClosed() throws {
    let directory = try TemporaryDirectory()
    let (program, text) = try LiveKernel.copy(as: "ended", in: directory)
    let name = try #require(strdup(text))
    defer { free(name) }
    let first = try program.start(["work", "1000"])
    var source = try LiveSource.watching(.program(name))
    let before = try LiveKernel.eventCount()
    var (seen, children): (Set<UInt32>, [UInt32]) = ([], [])
    func poll(until condition: () throws -> Bool) rethrows -> Bool {
      let deadline = mle_now() + 60_000_000_000
      while try !condition(), mle_now() < deadline {
        source.poll { record in
          if case .event(let event) = record { seen.insert(event.thread.pid) }
          if case .fork(_, let child, _) = record { children.append(child.pid) }
        }
      }
      return try condition()
    }
    for _ in 0..<2 {
      let later = try program.start(["work", "1000"])
      #expect(poll { seen.contains(UInt32(later.processID)) })
      #expect(try LiveKernel.eventCount() > before)
      children = []
      later.send(SIGUSR1)
      #expect(poll { !children.isEmpty })
      later.send(SIGKILL)
      _ = try later.wait()
      // What it has made is watched on, whatever is closed once a second.
      let end = mle_now() + 2_000_000_000
      #expect(poll { mle_now() > end })
      seen = []
      let child = try #require(children.first)
      #expect(poll { seen.contains(child) })
      kill(Int32(child), SIGKILL)
      #expect(try poll { try LiveKernel.eventCount() == before })
    }
    #expect(first.isAlive())
    let trouble = source.takeTrouble()
    #expect(trouble == nil)
  }
}
