import KernelTrace
import Testing

@testable import LiveTrace

@Suite struct KernelCallsTests {
  private func number(_ name: StaticString) throws -> UInt16 {
    try #require(SyscallAlphabet.canonicalCall(named: bytes(of: name))).number
  }

  /// Checked against the kernel's tables, not against ours.
  @Test(
    arguments: [
      (0, "read"), (9, "mmap"), (59, "execve"), (134, "uselib"), (186, "gettid"),
      (257, "openat"), (288, "accept4"), (334, "rseq"), (424, "pidfd_send_signal"),
      (439, "faccessat2"), (452, "fchmodat2"),
    ] as [(Int32, StaticString)]) func x86(kernel: Int32, name: StaticString) throws
  {
    #expect(KernelCalls.x86_64[kernel].call?.number == (try number(name)))
  }

  @Test(
    arguments: [
      (17, "getcwd"), (29, "ioctl"), (56, "openat"), (63, "read"), (93, "exit"), (172, "getpid"),
      (203, "connect"), (220, "clone"), (221, "execve"), (222, "mmap"), (242, "accept4"),
      (258, "riscv_hwprobe"), (260, "wait4"), (291, "statx"), (435, "clone3"),
    ] as [(Int32, StaticString)]) func generic(kernel: Int32, name: StaticString) throws
  {
    #expect(KernelCalls.generic[kernel].call?.number == (try number(name)))
  }

  @Test(
    arguments: [
      (1, "exit"), (3, "read"), (11, "execve"), (54, "ioctl"), (120, "clone"), (192, "mmap2"),
      (195, "stat64"), (248, "exit_group"), (281, "socket"), (283, "connect"), (322, "openat"),
      (397, "statx"), (407, "clock_nanosleep_time64"), (0xf0002, "cacheflush"),
      (0xf0005, "set_tls"),
    ] as [(Int32, StaticString)]) func arm(kernel: Int32, name: StaticString) throws
  {
    #expect(KernelCalls.arm[kernel].call?.number == (try number(name)))
  }

  @Test func holesAndEndsAreUnknown() {
    for number in [-1, 335, 423, 10_000, 0xf0000, 0xf0009, Int32.max, Int32.min] {
      #expect(KernelCalls.x86_64[number].call == nil)
      #expect(KernelCalls.none[number].call == nil)
    }
    for number in [244, 257, 1259, 422] as [Int32] {
      #expect(KernelCalls.generic[number].call == nil)
    }
    for number in [7, 17, 0xf0003, 0xf0006] as [Int32] {
      #expect(KernelCalls.arm[number].call == nil)
    }
  }

  /// A misspelled name would be an unknown call for ever.
  @Test func onlyCallsThatNoKernelHasAreUnknownByName() {
    let dead: Set<String> = [
      "_sysctl", "create_module", "get_kernel_syms", "query_module", "getpmsg", "putpmsg",
      "afs_syscall", "tuxcall", "security", "epoll_ctl_old", "epoll_wait_old", "vserver",
      "bdflush", "pciconfig_iobase", "pciconfig_read", "pciconfig_write",
    ]
    let lists = [
      KernelCallNames.x86_64, KernelCallNames.generic, KernelCallNames.arm,
      KernelCallNames.armPrivate,
    ]
    var count = 0
    for list in lists {
      var words = Words(bytes(of: list), separator: 0x20)
      while let word = words.next() {
        guard word[0] != UInt8(ascii: "@") else { continue }
        let name = String(decoding: word, as: UTF8.self)
        count += 1
        #expect(
          dead.contains(name) == (SyscallAlphabet.canonicalCall(named: word) == nil), "\(name)")
      }
    }
    #expect(count > 1000)
  }

  @Test func kernelsOf32BitsAreRead() throws {
    let tracepoints = try #require(TestJoiner.tracepoints(is64Bit: false))
    #expect(!tracepoints.is64Bit)
    var enter = Bytes()
    enter.add(UInt16(43))
    enter.add(UInt16(0))
    enter.add(UInt32(1))
    enter.add(UInt32(3))
    for argument in 1...6 as ClosedRange<UInt32> { enter.add(argument) }
    var leave = Bytes()
    leave.add(UInt16(42))
    leave.add(UInt16(0))
    leave.add(UInt32(1))
    leave.add(UInt32(3))
    leave.add(Int32(-11))
    enter.all.withUnsafeBytes { bytes in
      guard case .enter(3, let arguments) = tracepoints.hit(bytes) else {
        Issue.record("no entry")
        return
      }
      for index in 0..<6 { #expect(arguments[index] == UInt64(index + 1)) }
    }
    leave.all.withUnsafeBytes { bytes in
      guard case .leave(3, -11) = tracepoints.hit(bytes) else {
        Issue.record("no return")
        return
      }
    }
  }
}

@Suite struct ProcessTextTests {
  private func parse(_ stat: String) -> String? {
    Array(stat.utf8).withUnsafeBytes { bytes in
      ProcessFiles.parse(stat: bytes, 5).map { process in
        let name = (0..<process.name.count).map { process.name[$0] }
        return "\(process.parent) \(String(decoding: name, as: UTF8.self))"
      }
    }
  }

  @Test func aProcessNameMayLookLikeAnything() {
    #expect(parse("5 (sh) S 1 5 5 0") == "1 sh")
    #expect(parse("5 (a) S 9 (b) R 77 5") == "77 a)?S?9?(b")
    for text in ["", "5", "5 (sh", "5 sh) S 1", "5 (sh)", "5 (sh) S", "5 (sh) S x"] {
      #expect(parse(text) == nil, "\(text)")
    }
  }

  @Test(
    arguments: [
      ("0-3\n", [0, 1, 2, 3]), ("0\n", [0]), ("0,2-3,8", [0, 2, 3, 8]), ("3-1", []), ("", []),
      ("x", []), ("0-99999999999", [0]),
    ] as [(String, [Int32])]) func cpuLists(text: String, cpus: [Int32])
  {
    #expect(Array(text.utf8).withUnsafeBytes { CPUList.parse($0) } == cpus)
  }

  @Test func aCPUThatComesLaterIsNotWatched() {
    for keepsOffline in [true, false] {
      var cpus = WatchedCPUs([0, 1], keepsOffline: keepsOffline)
      let covers = [[0, 1], [0, 1, 2], [0], [0, 1]].map { cpus.cover($0) }
      // Events of a cgroup have ended with the CPU.
      #expect(covers == [true, false, true, keepsOffline])
    }
  }
}
