import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

// The numbers of the calls are x86-64's.
#if arch(x86_64)
  /// Programs that change, and threads that end with that, or seem to.
  @Suite struct ExecJoiningTests {
    @Test func anExecNamesTheProgramAndItsPlace() throws {
      let joiner = try TestJoiner()
      joiner.enter(59)
      joiner.hit(TracepointBytes.exec("/tmp/a program"), pid: 7, tid: 7)
      joiner.leave(59, 0)
      joiner.call(59, result: -2)
      #expect(
        joiner.records() == ["7 execve:tmp:ok", "exec 7 a?program", "7 execve:nopath:missing"])
    }

    @Test func anExecThatWasEnteredBeforeStillNamesTheProgram() throws {
      let joiner = try TestJoiner()
      joiner.hit(TracepointBytes.exec("sh"), pid: 7, tid: 7)
      joiner.leave(59, 0)
      #expect(joiner.records() == ["exec 7 sh"])
    }

    @Test func anExecThatIsAnotherCallByItsNumberIsUnknown() throws {
      let joiner = try TestJoiner()
      // int 0x80: execve of i386, munmap of x86-64.
      joiner.enter(11)
      joiner.hit(TracepointBytes.exec("/tmp/sh"), pid: 7, tid: 7)
      joiner.leave(11, 0)
      joiner.call(110, result: 1)
      #expect(joiner.records() == ["7 unknown", "exec 7 sh", "7 getppid:ok"])
      #expect(joiner.joiner.counters.unknownCalls == 1)
      #expect(joiner.joiner.counters.events == 2)
    }

    @Test func anExecOfA32BitProgramIsUnknown() throws {
      let joiner = try TestJoiner()
      joiner.processes.programsOf32Bits = [8]
      joiner.enter(11, pid: 8)
      joiner.processes.programsOf32Bits = []
      joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 8, tid: 8)
      joiner.leave(59, 0, pid: 8)
      joiner.call(110, result: 1, pid: 8)
      #expect(joiner.records() == ["8 unknown", "exec 8 sh", "8 getppid:ok"])
    }

    @Test func whoCallsAfterItsExitHasNotEnded() throws {
      let joiner = try TestJoiner()
      // int 0x80: umask of i386, exit of x86-64; then execve of i386.
      joiner.enter(60, [3])
      joiner.leave(60, 0)
      joiner.enter(11)
      joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      joiner.enter(60, [0])
      joiner.enter(60, [0])
      #expect(joiner.records() == ["7 exit:failed", "7 unknown", "exec 7 sh", "7 exit:ok"])
    }

    @Test func anotherThreadsExecTakesTheFirstOnesPlace() throws {
      let joiner = try TestJoiner()
      joiner.call(110, result: 1)
      joiner.fork(8, process: 7)
      joiner.enter(59, tid: 8)
      joiner.take(.exit(ThreadID(pid: 7, tid: 7)))
      // The number is there, but not for long the first one's.
      #expect(joiner.settle() == [])
      joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      joiner.leave(59, 0)
      joiner.call(110, result: 1)
      #expect(
        joiner.records() == [
          "7 getppid:ok", "fork 7 -> 7/8", "exit 7", "fork 8 -> 7/7", "exit 8",
          "7 execve:program:ok", "exec 7 sh", "7 getppid:ok",
        ])
      #expect(joiner.joiner.threadCount == 1)
    }

    @Test func whoSaysThatItEndsMayGoOn() throws {
      let joiner = try TestJoiner()
      let first = ThreadID(pid: 7, tid: 7)
      joiner.call(110, result: 1)
      joiner.fork(8, process: 7)
      joiner.enter(59, tid: 8)
      joiner.take(.exit(first))
      // Of the same thread, which has the first one's number now; twice, if it is watched twice.
      joiner.take(.exit(first))
      joiner.take(.exit(first))
      #expect(joiner.settle() == [first])
      joiner.take(.exit(first))
      joiner.hit(TracepointBytes.exec("/bin/su"), pid: 7, tid: 7)
      joiner.leave(59, 0)
      #expect(joiner.settle() == [])
      joiner.take(.exit(first))
      joiner.call(110, result: 1)
      #expect(joiner.settle() == [])
      joiner.exit(7, of: 7)
      #expect(
        joiner.records() == [
          "7 getppid:ok", "fork 7 -> 7/8", "exit 7", "fork 8 -> 7/7", "exit 8",
          "7 execve:program:ok", "exec 7 su", "7 getppid:ok", "exit 7",
        ])
    }

    @Test func whoIsWatchedAgainRunsAProgramOfAnUnknownPath() throws {
      let joiner = try TestJoiner()
      let thread = ThreadID(pid: 7, tid: 7)
      joiner.processes.names[7] = "su"
      joiner.call(2, [0, 0o2000000], result: 3)
      joiner.enter(59)
      joiner.take(.exit(thread))
      #expect(joiner.settle() == [thread])
      joiner.resume(thread)
      joiner.call(0, [3], result: -9)
      // Its exec was not seen.
      joiner.enter(0, [0])
      joiner.take(.exit(thread))
      joiner.resume(thread)
      joiner.leave(59, 0)
      #expect(
        joiner.records() == [
          "exec 7 su", "7 open:rdonly:nopath:ok", "7 execve:nopath:ok", "exec 7 su", "lost 1 7",
          "7 read:nofd:error", "exec 7 su", "lost 1 7",
        ])
      #expect(joiner.joiner.counters.lostRecords == 2)
    }
  }
#endif
