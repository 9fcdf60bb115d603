import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

// The numbers of the calls are x86-64's.
#if arch(x86_64)
  @Suite struct CallJoinerTests {
    @Test func aCallIsAnEventWhenItReturns() throws {
      let joiner = try TestJoiner()
      joiner.enter(110)
      #expect(joiner.records() == [])
      joiner.leave(110, 1)
      #expect(joiner.records() == ["7 getppid:ok"])
    }

    @Test func threadsAreJoinedEachByItself() throws {
      let joiner = try TestJoiner()
      joiner.enter(110, tid: 7)
      joiner.enter(39, tid: 8)
      joiner.leave(110, 1, tid: 7)
      joiner.leave(39, 7, tid: 8)
      #expect(joiner.records() == ["7 getppid:ok", "8 getpid:ok"])
    }

    @Test func aReturnWithoutAnEntryIsNoEvent() throws {
      let joiner = try TestJoiner()
      joiner.leave(56, 0)  // clone, in the child
      joiner.enter(110)
      joiner.leave(39, 1)  // of another call
      joiner.leave(110, 1)
      #expect(joiner.records() == [])
      joiner.call(110, result: 1)
      #expect(joiner.records() == ["7 getppid:ok"])
    }

    @Test func aCallThatAThreadWaitsInIsJoinedWithItsReturn() throws {
      let joiner = try TestJoiner()
      // accept4 of descriptor 3, which gives descriptor 4.
      joiner.processes.descriptors[7] = [3: .inet]
      joiner.processes.calls[7] = (288, [3, 0, 0, 0, 0, 0])
      joiner.joiner.adopt(ThreadID(pid: 7, tid: 7))
      joiner.leave(288, 4)
      joiner.call(0, [4, 0, 100], result: 10)
      #expect(joiner.records() == ["7 accept:inet:ok", "7 read:inet:small"])
    }

    /// What it was in when its directory was read has ended since: its records say so.
    @Test func aThreadThatHasActedIsInNoCallThatIsRead() throws {
      let joiner = try TestJoiner()
      joiner.call(110, result: 1)
      joiner.processes.calls[7] = (0, [3, 0, 0, 0, 0, 0])
      joiner.joiner.adopt(ThreadID(pid: 7, tid: 7))
      joiner.leave(0, 1)
      #expect(joiner.records() == ["7 getppid:ok"])
    }

    /// -1 on most CPUs; on RISC-V the number and result are registers of the code that goes on.
    @Test(arguments: [(-1, 5), (57, 5), (61, -513)])
    func aSignalsReturnIsAnEventWhateverItsNumber(number: Int64, result: Int64) throws {
      let joiner = try TestJoiner()
      joiner.enter(15)
      joiner.leave(number, result)
      #expect(joiner.records() == ["7 sigreturn"])
    }

    @Test func aCallThatTheKernelMakesAgainIsOneEvent() throws {
      let joiner = try TestJoiner()
      joiner.enter(57)
      joiner.leave(57, -513)
      joiner.call(15, result: 0)
      joiner.enter(57)
      joiner.leave(57, 8)
      #expect(joiner.records() == ["7 sigreturn", "7 clone:process:ok"])
    }

    @Test func exitIsAnEventWhenItIsEntered() throws {
      let joiner = try TestJoiner()
      joiner.enter(231, [3])
      joiner.enter(231, [3])
      joiner.exit(7, of: 7)
      joiner.exit(7, of: 7)
      #expect(joiner.records() == ["7 exit_group:failed", "exit 7"])
      #expect(joiner.joiner.threadCount == 0)
    }

    @Test func aCallThatTheAlphabetLacksIsUnknown() throws {
      let joiner = try TestJoiner()
      for number in [183, 5000, 0x4000_0000, -1] as [Int64] {
        joiner.call(number, result: 0)
      }
      #expect(joiner.records() == [String](repeating: "7 unknown", count: 4))
      #expect(joiner.joiner.counters.unknownCalls == 4)
    }

    @Test func aForkComesBeforeWhatTheChildDoes() throws {
      let joiner = try TestJoiner()
      joiner.enter(56, [17])
      joiner.fork(9)
      joiner.leave(56, 0, pid: 9)
      joiner.call(110, result: 7, pid: 9)
      joiner.leave(56, 9)
      #expect(joiner.records() == ["fork 7 -> 9/9", "9 getppid:ok", "7 clone:process:ok"])
    }

    @Test func namesAreSaidAgainAtTheTimeOfTheLastRecord() throws {
      let joiner = try TestJoiner()
      joiner.processes.names = [7: "sh", 8: "cat"]
      joiner.call(110, result: 1)
      joiner.call(110, result: 1, pid: 8)
      var names: [UInt64: Set<UInt32>] = [:]
      joiner.joiner.nameThreads {
        if case .exec(let thread, _, let time) = $0 { names[time, default: []].insert(thread.tid) }
      }
      #expect(names == [joiner.time: [7, 8]])
    }

    @Test func whatRanBeforeIsNamedAtItsFirstRecord() throws {
      let joiner = try TestJoiner()
      joiner.processes.names = [7: "httpd", 8: "worker"]
      joiner.call(110, result: 1)
      joiner.call(110, result: 1, tid: 8)
      joiner.fork(9)
      joiner.call(110, result: 1)
      #expect(
        joiner.records() == [
          "exec 7 httpd", "7 getppid:ok", "exec 8 worker", "8 getppid:ok", "fork 7 -> 9/9",
          "7 getppid:ok",
        ])
    }

    @Test func aProcessIsCalledAfterItsFirstThreadWhicheverActsFirst() throws {
      let joiner = try TestJoiner()
      joiner.processes.names = [7: "httpd", 8: "pool-1", 9: "pool-2"]
      joiner.call(110, result: 1, tid: 8)
      joiner.call(110, result: 1, tid: 9)
      joiner.call(110, result: 1)
      #expect(
        joiner.records() == [
          "exec 7 httpd", "exec 8 pool-1", "8 getppid:ok", "exec 9 pool-2", "9 getppid:ok",
          "7 getppid:ok",
        ])
    }

    @Test func whatComesTwiceCountsOnce() throws {
      let joiner = try TestJoiner()
      joiner.enter(56, [17])
      joiner.enter(56, [17])
      joiner.fork(9)
      joiner.fork(9)
      joiner.leave(56, 9)
      joiner.leave(56, 9)
      #expect(joiner.records() == ["fork 7 -> 9/9", "7 clone:process:ok"])
      #expect(joiner.joiner.threadCount == 2)
    }

    @Test func aReusedNumberBeginsAnew() throws {
      let joiner = try TestJoiner()
      joiner.fork(9)
      joiner.call(2, [0, 0], result: 3, pid: 9)
      // Its end was lost.
      joiner.fork(9)
      joiner.call(0, [3], result: 10, pid: 9)
      #expect(
        joiner.records() == [
          "fork 7 -> 9/9", "9 open:rdonly:nopath:ok", "exit 9", "fork 7 -> 9/9",
          "9 read:nofd:small",
        ])
      // As a thread of another process.
      joiner.call(110, result: 1, pid: 7, tid: 9)
      #expect(joiner.joiner.threadCount == 2)
    }

    @Test func threadsWithoutNumbersAndOwnCallsAreNobodys() throws {
      let joiner = try TestJoiner()
      for id in [0, UInt32.max, 999] {
        joiner.call(110, result: 1, pid: id)
        joiner.fork(id)
      }
      #expect(joiner.records() == [])
      #expect(joiner.joiner.threadCount == 0)
    }

    @Test func aProgramOf32BitsIsNotMisread() throws {
      let joiner = try TestJoiner()
      joiner.processes.programsOf32Bits = [8]
      joiner.call(11, result: 0, pid: 8)  // munmap of x86-64, execve of i386
      joiner.call(11, result: 0, pid: 7)
      #expect(joiner.records() == ["8 unknown", "7 munmap:ok"])
    }

    @Test func aConnectionHasTheAddressOfItsSocket() throws {
      let joiner = try TestJoiner()
      func connect(_ address: [UInt8], _ port: UInt16, state: Int32 = 2) {
        joiner.enter(42, [3])
        joiner.hit(
          TracepointBytes.socket(state: state, address, port: port), pid: 7, tid: 7)
        joiner.leave(42, 0)
      }
      connect([127, 0, 0, 1], 80)
      connect([203, 0, 113, 9], 23)
      connect([0xfe, 0x80] + [UInt8](repeating: 1, count: 14), 53)
      connect([UInt8](repeating: 0, count: 10) + [0xff, 0xff, 192, 168, 0, 1], 4444)
      connect([203, 0, 113, 9], 23, state: 1)
      #expect(
        joiner.records() == [
          "7 connect:local:web:ok", "7 connect:remote:login:ok", "7 connect:lan:dns:ok",
          "7 connect:lan:mid:ok", "7 connect:noaddress:ok",
        ])
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func anyRecordsAreTaken(seed: UInt64) throws {
      var random = SplitMix64(seed: seed)
      let joiner = try TestJoiner()
      let raws = [
        TracepointBytes.enter(0, [3]), TracepointBytes.leave(0, 1), TracepointBytes.exec("/a/b"),
        TracepointBytes.socket(state: 2, [1, 2, 3, 4], port: 80),
      ]
      for _ in 0..<20_000 {
        let pid = UInt32.random(in: 0...6, using: &random)
        let tid = UInt32.random(in: 0...9, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: joiner.fork(tid, process: pid, from: UInt32.random(in: 1...6, using: &random))
        case 1: joiner.exit(tid, of: pid)
        case 2: joiner.resynchronize()
        case 3:
          joiner.hit(
            TracepointBytes.enter(
              Int64.random(in: -2...480, using: &random),
              (0..<6).map { _ in random.next() >> UInt64.random(in: 0...63, using: &random) }),
            pid: pid, tid: tid)
        case 4:
          joiner.leave(Int64.random(in: -2...480, using: &random), 1, pid: pid, tid: tid)
        default:
          var raw = raws[Int.random(in: 0..<4, using: &random)]
          raw[Int.random(in: 0..<raw.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
          raw.removeLast(Int.random(in: 0...raw.count, using: &random) / 8)
          joiner.hit(raw, pid: pid, tid: tid)
        }
        _ = joiner.records()
      }
      #expect(joiner.joiner.threadCount <= 10)
    }
  }
#endif
