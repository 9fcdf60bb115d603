import Testing

@testable import KernelTrace

/// Calls that say by a number what they do; the numbers are those of Linux' headers.
@Suite struct SyscallControlTests {
  private func name(
    _ call: String, _ arguments: [UInt64], result: Int64 = 0, fd: DescriptorKind = .unknown
  ) throws -> String {
    syscallStateName(SyscallAlphabet.state(of: try event(call, arguments, result: result, fd: fd)))
  }

  @Test func requestsToDevicesAreGroups() throws {
    let requests: [String: [UInt64]] = [
      "tcget": [0x5401, 0x802c_542a], "tcset": [0x5402, 0x5404, 0x402c_542b, 0x402c_542d],
      "winsize": [0x5413, 0x5414], "pgrp": [0x540f, 0x5410], "ctty": [0x540e, 0x5422],
      "tty": [0x5412, 0x8004_5430], "fionread": [0x541b], "fionbio": [0x5421],
      "cloexec": [0x5450, 0x5451], "tun": [0x4004_54ca],
      // Names, flags, addresses, the address of the hardware, numbers: get is odd but for a few.
      "ifget": [0x8910, 0x8912, 0x8913, 0x8915, 0x8927, 0x8933],
      "ifset": [0x8914, 0x8916, 0x8923, 0x8924], "route": [0x890b, 0x890c],
      "bridge": [0x89a0, 0x89a3], "socket": [0x8905, 0x8928, 0x8946, 0x89a4],
      "mtd": [0x4008_4d02], "ubi": [0x4018_6f40], "block": [0x8008_1272], "loop": [0x4c00],
      "dm": [0xc138_fd00], "watchdog": [0x8004_5705], "wext": [0x8b18], "usb": [0xc018_5500],
      "hid": [0x8004_4801], "input": [0x8004_4501], "video": [0x8068_5600],
      "sound": [0x8004_4100], "i2c": [0x0703], "spi": [0x4004_6b04], "gpio": [0xc250_b407],
      "fs": [0x8008_6601, 0xc004_5877], "binder": [0xc030_6201], "perf": [0x2400],
      "rtc": [0x8024_7009], "random": [0x4008_5203], "other": [0x9901],
    ]
    for (word, numbers) in requests {
      for number in numbers {
        let found = try name("ioctl", [3, number], fd: .character)
        #expect(found == "ioctl:\(word):char", "\(String(number, radix: 16))")
      }
    }
  }

  @Test func commandsToDescriptorsAreGroups() throws {
    let commands: [String: [UInt64]] = [
      "dupfd": [0, 1030], "getfd": [1], "setfd": [2], "getfl": [3], "setfl": [4],
      "lock": [5, 6, 7, 12, 14, 36, 37, 38], "owner": [8, 9, 10, 15], "pipesize": [1031, 1032],
      "seals": [1033, 1034], "lease": [1024, 1025], "notify": [1026], "other": [99],
    ]
    for (word, numbers) in commands {
      for number in numbers {
        #expect(try name("fcntl", [3, number], fd: .regular) == "fcntl:\(word):file", "\(number)")
      }
    }
  }

  @Test func socketsHaveAFamilyAndAType() throws {
    let families: [(UInt64, String)] = [
      (1, "unix"), (2, "inet"), (10, "inet6"), (16, "netlink"), (17, "packet"), (38, "alg"),
      (40, "vsock"), (31, "bluetooth"), (29, "can"), (44, "xdp"), (3, "other"),
    ]
    for (number, word) in families {
      #expect(try name("socket", [number, 1], result: 3) == "socket:\(word):stream:ok")
    }
    // With SOCK_NONBLOCK and SOCK_CLOEXEC.
    let types: [(UInt64, String)] = [
      (0x8_0801, "stream"), (2, "dgram"), (3, "raw"), (5, "seqpacket"), (10, "packet"),
      (4, "other"),
    ]
    for (number, word) in types {
      #expect(try name("socket", [2, number], result: -13) == "socket:inet:\(word):denied")
    }
    let levels: [(UInt64, String)] = [
      (1, "socket"), (6, "tcp"), (17, "udp"), (0, "ip"), (41, "ipv6"), (270, "netlink"),
      (263, "packet"), (99, "other"),
    ]
    for (number, word) in levels {
      #expect(try name("setsockopt", [3, number, 30]) == "setsockopt:\(word):30")
      #expect(try name("setsockopt", [3, number, 31]) == "setsockopt:\(word):other")
      #expect(try name("getsockopt", [3, number, 31]) == "getsockopt:\(word)")
    }
  }

  @Test func whatAProcessAsksForItselfIsAGroup() throws {
    let options: [String: [UInt64]] = [
      "pdeathsig": [1, 2], "dumpable": [3, 4], "keepcaps": [7, 8], "name": [15, 16],
      "seccomp": [21, 22], "capbset": [23, 24], "securebits": [27, 28], "timerslack": [29, 30],
      "subreaper": [36, 37], "nonewprivs": [38, 39], "mm": [35], "ambient": [47],
      "ptracer": [0x5961_6d61], "vma": [0x5356_4d41], "thp": [41, 42], "other": [5, 99],
    ]
    for (word, numbers) in options {
      for number in numbers {
        #expect(try name("prctl", [number]) == "prctl:\(word):ok", "\(number)")
      }
    }
  }

  @Test func whatATracerDoesIsAGroup() throws {
    let requests: [String: [UInt64]] = [
      "traceme": [0], "peek": [1, 2, 3], "poke": [4, 5, 6], "cont": [7, 9], "kill": [8],
      "getregs": [12, 14, 0x4204], "setregs": [13, 15, 0x4205], "attach": [16], "detach": [17],
      "syscall": [24], "options": [0x4200], "seize": [0x4206], "other": [0x4201],
    ]
    for (word, numbers) in requests {
      for number in numbers {
        #expect(try name("ptrace", [number, 7]) == "ptrace:\(word):ok", "\(number)")
      }
    }
  }

  @Test func waitingAndEndingSayHow() throws {
    #expect(try name("epoll_ctl", [3, 1, 4]) == "epoll_ctl:add:ok")
    #expect(try name("epoll_ctl", [3, 2, 4]) == "epoll_ctl:del:ok")
    #expect(try name("epoll_ctl", [3, 3, 4], result: -2) == "epoll_ctl:mod:error")
    // Private ones have 128 more.
    let futexes: [(UInt64, String)] = [
      (0, "wait"), (137, "wait"), (129, "wake"), (5, "wake"), (131, "requeue"), (134, "lock"),
      (2, "other"),
    ]
    for (number, word) in futexes {
      #expect(try name("futex", [9, number]) == "futex:\(word):ok", "\(number)")
    }
    #expect(try name("wait4", [7, 0, 0], result: 7) == "wait4:block:child")
    #expect(try name("wait4", [7, 0, 1], result: 0) == "wait4:nohang:none")
    #expect(try name("waitid", [7, 0, 0, 1], result: 0) == "wait4:nohang:child")
    let codes: [(UInt64, String)] = [
      (0, "ok"), (256, "ok"), (1, "failed"), (125, "failed"), (126, "notfound"), (127, "notfound"),
      (128, "signalled"), (255, "signalled"),
    ]
    for (code, word) in codes { #expect(try name("exit_group", [code]) == "exit_group:\(word)") }
    let streams = ["stdin", "stdout", "stderr", "other", "other"]
    for (number, word) in streams.enumerated() {
      let call = try name("dup2", [9, UInt64(number)], result: Int64(number), fd: .pipe)
      #expect(call == "dup2:pipe:\(word):ok")
    }
  }
}
