import CPlatform
import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// The kernel of this machine, watching a program that makes known calls.
@Suite(.serialized, .enabled(if: LiveKernel.isThere, "the kernel cannot be watched here"))
struct LiveSourceTests {
  private let calls = [
    "getppid:ok", "open:rdonly:nopath:ok", "read:file:small", "pipe:ok", "write:pipe:medium",
    "read:pipe:medium", "close:pipe:ok", "close:pipe:ok", "dup:file:ok", "close:file:ok",
    "close:file:ok", "close:nofd:error", "socket:inet:stream:ok", "connect:local:low:refused",
    "close:inet:ok", "open:rdonly:nopath:missing", "read:nofd:error", "mmap:rw:anon:ok",
    "mprotect:rx:ok",
  ]

  /// What each thread did, its number taken out, between the two marks if it set them.
  private func byThread(_ lines: [String]) -> [String: [String]] {
    var threads: [String: [String]] = [:]
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      if Int(words[0]) != nil { threads[words[0], default: []].append(words[1]) }
    }
    return threads.mapValues { events in
      guard let first = events.firstIndex(of: "times:ok"),
        let last = events.lastIndex(of: "times:ok")
      else { return events }
      return Array(events[(first + 1)..<last])
    }
  }

  @Test func everyCallIsSeenOnceAndInOrder() throws {
    let (lines, counters) = try LiveKernel.lines(["calls"])
    let threads = byThread(lines)
    #expect(threads.count == 1)
    #expect(threads.values.first == calls)
    #expect(lines.first?.hasSuffix(" live-child") == true)
    #expect(lines.last?.hasPrefix("exit ") == true)
    #expect(lines.filter { $0.hasPrefix("lost") } == [])
    #expect(counters.processes == 1)
    #expect(counters.lostRecords == 0)
    #expect(counters.unknownCalls == 0)
  }

  @Test func urgentCallsChangeNothingInTheStream() throws {
    var options = LiveOptions()
    options.wakesAtUrgentCalls = true
    let (lines, _) = try LiveKernel.lines(["calls"], options)
    #expect(byThread(lines).values.first == calls)
  }

  @Test func aChildAndItsExecAreFollowed() throws {
    let (lines, counters) = try LiveKernel.lines(["family"])
    let fork = try #require(lines.firstIndex { $0.hasPrefix("fork ") })
    let words = lines[fork].split(separator: " ").map(String.init)
    let (parent, child) = (words[1], words[3].split(separator: "/").map(String.init))
    #expect(child[0] == child[1])
    #expect(lines.firstIndex { $0.hasPrefix("\(child[0]) ") } ?? 0 > fork)
    let threads = byThread(lines)
    #expect(threads[parent] == ["clone:process:ok", "wait4:block:child"])
    #expect(threads[child[0]] == calls)
    #expect(lines.contains("exec \(child[0]) live-child"))
    let execution = lines.first { $0.hasPrefix("\(child[0]) execve:") }
    #expect(execution?.hasSuffix(":ok") == true && execution?.contains("nopath") == false)
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 2)
    #expect(counters.processes == 2)
  }

  @Test func everyThreadIsSeen() throws {
    let (lines, counters) = try LiveKernel.lines(["threads", "500"])
    let counts = byThread(lines).values.map { $0.filter { $0 == "getppid:ok" }.count }
    #expect(counts.sorted() == [0, 500, 500, 500, 500])
    #expect(lines.filter { $0.hasPrefix("fork ") }.count == 4)
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 5)
    #expect(counters.processes == 1)
  }

  @Test func anExecOfAnotherThreadKeepsOneThread() throws {
    let (lines, _) = try LiveKernel.lines(["thread-exec"])
    #expect(lines.filter { $0.contains("execve:") && $0.hasSuffix(":ok") }.count == 1)
    #expect(lines.last?.hasPrefix("exit ") == true)
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 3)
  }

  @Test func aHundredThousandCallsInARowAreAllThere() throws {
    var options = LiveOptions()
    options.ringBytes = 1 << 25
    var count = 0
    let state = try #require(
      SyscallAlphabet.canonicalCall(named: bytes(of: "getppid")).map {
        SyscallAlphabet.state(
          of: SyscallEvent(call: $0, arguments: .init(repeating: 0), result: 1))
      })
    let command = [Program.liveChild.path, "storm", "100000"]
    let counters = try LiveKernel.watch(command, options) {
      if case .event(let event) = $0, event.state == state { count += 1 }
    }
    #expect(count == 100_000)
    #expect(counters.lostRecords == 0)
  }

  @Test func whatIsLostIsCountedExactly() throws {
    func run(_ ringBytes: Int) throws -> LiveCounters {
      var options = LiveOptions()
      options.ringBytes = ringBytes
      var marked: UInt64 = 0
      let counters = try LiveKernel.watch(
        [Program.liveChild.path, "storm", "50000"], options
      ) { if case .lost(let count, nil, _) = $0 { marked += count } }
      #expect(marked == counters.lostRecords)
      return counters
    }
    let whole = try run(1 << 25)
    let torn = try run(1 << 12)
    #expect(whole.lostRecords == 0)
    #expect(torn.lostRecords > 1000)
    #expect(torn.kernelRecords + torn.lostRecords == whole.kernelRecords)
  }

  @Test func processesThatComeAndGoLeaveNothing() throws {
    let before = try LiveKernel.descriptorCount()
    let (lines, counters) = try LiveKernel.lines(["forks", "1000"])
    #expect(lines.filter { $0.hasPrefix("fork ") }.count == 1000)
    #expect(lines.filter { $0.hasPrefix("exit ") }.count == 1001)
    #expect(lines.filter { $0.hasSuffix(" exit_group:ok") }.count == 1001)
    #expect(counters.processes == 1001)
    #expect(counters.lostRecords == 0)
    #expect(try LiveKernel.isAllClosed(but: before))
  }

  @Test func aRunningProcessIsWatchedFromNowOn() throws {
    let child = try Program.liveChild.start(["work", "1000"])
    LiveKernel.waitUntilWorking(child)
    var source = try LiveSource.watching(.process(UInt32(child.processID)))
    var lines: [String] = []
    while lines.count < 40 { source.poll { lines.append(TestJoiner.line($0)) } }
    child.send(SIGKILL)
    while !source.isOver { source.poll { lines.append(TestJoiner.line($0)) } }
    #expect(lines.first == "exec \(child.processID) live-child")
    #expect(lines.last == "exit \(child.processID)")
    let events = lines.dropFirst().dropLast().map { $0.split(separator: " ")[1] }
    // The kill may come during a sleep.
    #expect(Set(events).subtracting(["nanosleep:again"]) == ["getppid:ok", "nanosleep:ok"])
  }

  /// The kernel takes all events off a thread that runs such a program.
  @Test func aProgramThatItsUserMayNotReadIsWatched() throws {
    let directory = try TemporaryDirectory()
    let program = try LiveKernel.unreadableProgram(in: directory)
    let before = try LiveKernel.eventCount()
    let command: [String] = [Program.liveChild.path, "nobody", program, "work", "1000"]
    let words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) }
    defer { for word in words { free(word) } }
    try (words + [nil]).withUnsafeBufferPointer { list in
      var source = try LiveSource.watching(.command(try #require(list.baseAddress)))
      let watched = try LiveKernel.eventCount()
      let started = source.startedProcess
      let child = try #require(started)
      var lines: [String] = []
      let deadline = mle_now() + 60_000_000_000
      while !lines.contains("\(child) getppid:ok"), mle_now() < deadline {
        source.poll { lines.append(TestJoiner.line($0)) }
      }
      #expect(lines.contains("\(child) getppid:ok"))
      #expect(lines.contains("exec \(child) unreadable"))
      #expect(lines.contains("lost 1 \(child)"))
      #expect(lines.filter { $0.hasPrefix("exit ") } == [])
      // Those that were taken off are closed.
      #expect(try LiveKernel.eventCount() == watched)
      kill(child, SIGKILL)
      while !source.isOver, mle_now() < deadline {
        source.poll { lines.append(TestJoiner.line($0)) }
      }
      #expect(lines.last == "exit \(child)")
      source.finish { _ in }
    }
    #expect(try LiveKernel.eventCount() == before)
  }

  @Test func anAttemptToAttachThatFailsLeavesNoEvent() throws {
    let child = try Program.liveChild.start(["work", "1000"])
    let tracepoints = try TraceFileSystem().tracepoints()
    try "no such field == 1".withCString { filter in
      var events = try PerfEvents(tracepoints, ringBytes: 1 << 16, urgentFilter: filter)
      let before = try LiveKernel.eventCount()
      var error: LiveTraceError?
      do throws(LiveTraceError) {
        _ = try events.attach(.thread(UInt32(child.processID)))
      } catch let thrown {
        error = thrown
      }
      #expect(error == .eventRefused(code: 22))
      #expect(try LiveKernel.eventCount() == before)
    }
  }

  @Test func whatIsNotThereIsSaid() throws {
    func error(_ target: LiveTarget) -> LiveTraceError? {
      do throws(LiveTraceError) {
        _ = try LiveSource.watching(target)
        return nil
      } catch {
        return error
      }
    }
    let before = try LiveKernel.descriptorCount()
    #expect(error(.process(0x7fff_fff0)) == .noSuchProcess(pid: 0x7fff_fff0))
    "no such name".withCString { #expect(error(.program($0)) == .noSuchProgram) }
    "/no/such/cgroup".withCString { #expect(error(.cgroup($0)) == .noSuchCgroup(code: 2)) }
    "/tmp".withCString { #expect(error(.cgroup($0)) == .notACgroup) }
    #expect(throws: LiveTraceError.cannotStart(code: 2)) {
      _ = try LiveKernel.watch(["/no/such/program"]) { _ in }
    }
    #expect(throws: LiveTraceError.cannotStart(code: 13)) {
      _ = try LiveKernel.watch(["/etc/passwd"]) { _ in }
    }
    #expect(try LiveKernel.isAllClosed(but: before))
  }
}
