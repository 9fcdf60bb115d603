import KernelTrace
import Testing

@testable import LiveTrace

#if arch(x86_64)
  @Suite struct DescriptorTests {
    /// The kinds that reads of descriptors find, nil where they are closed: what `body` leaves.
    private func kinds(
      _ numbers: ClosedRange<Int>, after body: (TestJoiner) -> Void
    ) throws -> [String] {
      let joiner = try TestJoiner()
      body(joiner)
      _ = joiner.records()
      for number in numbers { joiner.call(0, [UInt64(number)], result: -9) }
      return joiner.records().map {
        String($0.split(separator: ":")[1])
      }
    }

    private let closesOnExec: UInt64 = 0o2000000

    @Test func openedFilesAndDirectories() throws {
      let kinds = try kinds(3...6) { joiner in
        joiner.call(257, [0, 0, 0], result: 3)
        joiner.call(2, [0, 0x1_0000], result: 4)
        joiner.call(85, [0, 0o644], result: 5)
        joiner.call(2, [0, 0], result: -2)
      }
      #expect(kinds == ["file", "dir", "file", "nofd"])
    }

    @Test func aDirectoryIsRecognizedWhenItIsListed() throws {
      #expect(
        try kinds(3...3) {
          $0.call(2, [0, 0], result: 3)
          $0.call(217, [3], result: 100)
        } == ["dir"])
    }

    @Test func socketsByFamily() throws {
      let kinds = try kinds(3...8) { joiner in
        for (index, family) in [1, 2, 10, 16, 17].enumerated() {
          joiner.call(41, [UInt64(family), 1], result: Int64(3 + index))
        }
        joiner.call(43, [3], result: 8)
      }
      #expect(kinds == ["unix", "inet", "inet", "netlink", "socket", "unix"])
    }

    @Test func pipesTakeTheLowestFreeNumbers() throws {
      let kinds = try kinds(0...5) { joiner in
        joiner.call(2, [0, 0], result: 0)
        joiner.call(2, [0, 0], result: 2)
        joiner.call(2, [0, 0], result: 3)
        joiner.call(293, [0, 0], result: 0)
      }
      #expect(kinds == ["file", "pipe", "file", "file", "pipe", "nofd"])
      #expect(try self.kinds(0...1) { $0.call(53, [1, 1], result: 0) } == ["unix", "unix"])
      #expect(try self.kinds(0...1) { $0.call(22, [0], result: -24) } == ["nofd", "nofd"])
    }

    @Test func copiesAndClosing() throws {
      let kinds = try kinds(3...8) { joiner in
        joiner.call(41, [2, 1], result: 3)
        joiner.call(32, [3], result: 4)
        joiner.call(33, [3, 6], result: 6)
        joiner.call(292, [4, 7, 0], result: 7)
        joiner.call(72, [3, 0, 8], result: 8)
        joiner.call(3, [3], result: 0)
      }
      #expect(kinds == ["nofd", "inet", "nofd", "inet", "inet", "inet"])
    }

    @Test func aCloseKnowsWhatItCloses() throws {
      let joiner = try TestJoiner()
      joiner.call(41, [2, 1], result: 3)
      joiner.enter(3, [3])
      // Another thread is given the number before the close returns.
      joiner.call(2, [0, 0], result: 3, tid: 8)
      joiner.leave(3, 0)
      joiner.call(0, [3], result: 5)
      #expect(
        joiner.records() == [
          "7 socket:inet:stream:ok", "8 open:rdonly:nopath:ok", "7 close:inet:ok",
          "7 read:file:small",
        ])
    }

    @Test func anExecClosesWhatIsMarked() throws {
      let kinds = try kinds(3...14) { [closesOnExec] joiner in
        joiner.call(2, [0, closesOnExec], result: 3)
        joiner.call(2, [0, 0], result: 4)
        joiner.call(41, [2, 1 | closesOnExec], result: 5)
        joiner.call(288, [4, 0, 0, closesOnExec], result: 6)
        joiner.call(72, [4, 1030, 7], result: 7)
        joiner.call(72, [4, 0, 8], result: 8)
        joiner.call(72, [8, 2, 1], result: 0)
        joiner.call(72, [5, 2, 0], result: 0)
        joiner.call(33, [3, 9], result: 9)
        joiner.call(33, [3, 3], result: 3)
        joiner.call(291, [closesOnExec], result: 10)
        joiner.call(290, [0, 0], result: 11)
        joiner.call(16, [11, 0x5451], result: 0)
        joiner.call(319, [0, 1], result: 12)
        joiner.call(283, [1, 0], result: 13)
        joiner.call(434, [1, 0], result: 14)
        joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      }
      #expect(
        kinds == [
          "nofd", "file", "inet", "nofd", "nofd", "nofd", "file", "nofd", "nofd", "nofd", "anon",
          "nofd",
        ])
    }

    @Test func aMarkIsTakenBackAndOutlastsAList() throws {
      let kinds = try kinds(3...5) { [closesOnExec] joiner in
        for (number, flags) in [(3, closesOnExec), (4, closesOnExec), (5, 0)] {
          joiner.call(2, [0, flags], result: Int64(number))
        }
        joiner.call(16, [3, 0x5450], result: 0)
        joiner.call(217, [4], result: 100)
        joiner.call(217, [5], result: 100)
        joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      }
      #expect(kinds == ["file", "nofd", "dir"])
    }

    @Test func aRangeIsClosedOrMarked() throws {
      let kinds = try kinds(3...6) { joiner in
        for number in 3...6 { joiner.call(2, [0, 0], result: Int64(number)) }
        joiner.call(436, [5, 5, 0], result: 0)
        joiner.call(436, [6, 0xffff_ffff, 4], result: 0)
        joiner.call(436, [9, 2, 0], result: -22)
        joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      }
      #expect(kinds == ["file", "file", "nofd", "nofd"])
    }

    @Test func manyDescriptorsAreAsFew() throws {
      let kinds = try kinds(3...40) { joiner in
        for number in 0...36 where number != 29 {
          joiner.call(2, [0, UInt64(number == 20 ? 0o2000000 : 0)], result: Int64(number))
        }
        joiner.call(293, [0, 0], result: 0)
        joiner.call(436, [5, 18, 4], result: 0)
        joiner.call(436, [30, 34, 0], result: 0)
        joiner.hit(TracepointBytes.exec("/bin/sh"), pid: 7, tid: 7)
      }
      let closed = Array(5...18) + [20] + Array(30...34) + Array(38...40)
      for number in 3...40 {
        let kind = [29, 37].contains(number) ? "pipe" : closed.contains(number) ? "nofd" : "file"
        #expect(kinds[number - 3] == kind, "\(number)")
      }
    }

    @Test func aForkCopiesAndAThreadShares() throws {
      let joiner = try TestJoiner()
      joiner.call(41, [1, 1], result: 3)
      joiner.fork(8)
      joiner.fork(9, process: 7)
      joiner.call(3, [3], result: 0, tid: 9)
      _ = joiner.records()
      joiner.call(0, [3], result: -9)
      joiner.call(0, [3], result: 1, pid: 8)
      #expect(joiner.records() == ["7 read:nofd:error", "8 read:unix:small"])
    }

    @Test func whatRanBeforeIsLookedUp() throws {
      let joiner = try TestJoiner()
      joiner.processes.descriptors[7] = [0: .character, 4: .inet]
      joiner.call(0, [0], result: 1)
      // Came through a socket since.
      joiner.processes.descriptors[7]?[5] = .pipe
      joiner.call(0, [5], result: 1)
      joiner.processes.descriptors[7] = nil
      joiner.call(0, [5], result: 1)
      // Opened by another thread after this call had failed.
      joiner.processes.descriptors[7] = [6: .pipe]
      joiner.call(0, [6], result: -9)
      #expect(
        joiner.records() == [
          "7 read:char:small", "7 read:pipe:small", "7 read:pipe:small", "7 read:nofd:error",
        ])
    }

    @Test func numbersOutOfRangeAreNothing() throws {
      let kinds = try kinds(3...3) { joiner in
        joiner.call(32, [3], result: 70_000)
        joiner.call(0, [UInt64.max], result: 1)
        joiner.call(3, [0xffff_ffff_ffff], result: 0)
        joiner.call(2, [0, 0], result: Int64.max)
        joiner.call(436, [0xffff_ffff, 0xffff_ffff, 0], result: 0)
      }
      #expect(kinds == ["nofd"])
    }
  }
#endif
