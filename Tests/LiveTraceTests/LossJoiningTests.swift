import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

// The numbers of the calls are x86-64's.
#if arch(x86_64)
  /// What a joiner makes of records that are lost, and of threads whose ends may be among them.
  @Suite struct LossJoiningTests {
    @Test func aLossIsSaidAndTheRestGoesOn() throws {
      let joiner = try TestJoiner()
      joiner.enter(0, [0])
      joiner.take(.lost(count: 5))
      joiner.leave(110, 1)
      joiner.call(110, result: 1)
      #expect(joiner.records() == ["lost 5 *", "7 getppid:ok"])
      #expect(joiner.joiner.counters.lostRecords == 5)
    }

    @Test func lossesOfAnyNumberAreTaken() throws {
      let joiner = try TestJoiner()
      joiner.take(.lost(count: .max))
      joiner.take(.lost(count: .max))
      #expect(joiner.records() == ["lost \(UInt64.max) *", "lost \(UInt64.max) *"])
    }

    @Test func afterALossTheMachineIsAsked() throws {
      let joiner = try TestJoiner()
      joiner.call(41, [2, 1], result: 3)
      joiner.call(41, [2, 1], result: 4)
      joiner.call(110, result: 1, pid: 8)
      joiner.processes.gone = [8]
      joiner.processes.descriptors[7] = [3: .pipe]
      _ = joiner.records()
      joiner.resynchronize()
      joiner.call(0, [3], result: 1)
      // Its end was among the lost.
      joiner.call(0, [4], result: 1)
      joiner.removeEnded()
      #expect(joiner.records() == ["7 read:pipe:small", "7 read:nofd:small", "exit 8"])
    }

    @Test func afterALossDescriptorsAreReadAPartAtATime() throws {
      let joiner = try TestJoiner()
      for pid in 1...10 as ClosedRange<UInt32> {
        joiner.call(110, result: 1, pid: pid)
        joiner.processes.descriptors[pid] = [:]
        for number in 0..<100 { joiner.processes.descriptors[pid]?[number] = .pipe }
      }
      joiner.joiner.resynchronize(at: 0) { _ in }
      // Three processes have 256 and more.
      for left in [7, 4, 1, 0] {
        joiner.joiner.readStale()
        #expect(joiner.joiner.stale.count == left)
      }
      _ = joiner.records()
      for pid in 1...10 as ClosedRange<UInt32> {
        joiner.enter(0, [99], pid: pid)
        joiner.leave(0, 1, pid: pid)
      }
      #expect(joiner.records().allSatisfy { $0.hasSuffix("read:pipe:small") })
    }

    @Test func threadsAreLookedForAPartAtATimeAndAllAfterAWhile() throws {
      let joiner = try TestJoiner()
      for tid in 1...5000 as ClosedRange<UInt32> { joiner.call(110, result: 1, pid: 1, tid: tid) }
      joiner.processes.gone = Set(2...5000)
      _ = joiner.records()
      for _ in 1...2 { joiner.removeEnded() }
      #expect((1023...1024).contains(joiner.records().count))
      for _ in 1...5 { joiner.removeEnded() }
      #expect(joiner.joiner.threadCount == 1)
      joiner.processes.gone = [1]
      for _ in 1...2 { joiner.removeEnded() }
      #expect(joiner.joiner.threadCount == 0)
    }

    @Test func theOthersTurnComesThoughTheFirstStay() throws {
      let joiner = try TestJoiner()
      for tid in 1...3000 as ClosedRange<UInt32> { joiner.call(110, result: 1, pid: 1, tid: tid) }
      joiner.removeEnded()
      joiner.processes.gone = [17, 1500, 2999]
      for _ in 1...4 { joiner.removeEnded() }
      #expect(joiner.joiner.threadCount == 2997)
    }

    /// It made a child and ended between the last look into the rings and the one into the directories.
    @Test func whatWaitsInARingIsHeardBeforeAThreadIsForgotten() throws {
      let joiner = try TestJoiner()
      for pid in [1, 2] as [UInt32] { joiner.call(110, result: 1, pid: pid) }
      joiner.processes.gone = [1, 2]
      joiner.removeEnded()
      _ = joiner.records()
      joiner.fork(3, from: 1)
      joiner.removeEnded()
      #expect(joiner.records() == ["fork 1 -> 3/3", "exit 2"])
      for _ in 1...2 { joiner.removeEnded() }
      #expect(joiner.records() == ["exit 1"])
    }
  }
#endif
