import Testing

@testable import KernelTrace

enum SyscallTestError: Error { case noSuchCall(String) }

/// A call that the kernel calls `name`.
func event(
  _ name: String, _ arguments: [UInt64] = [], result: Int64 = 0,
  fd: DescriptorKind = .unknown, path: String? = nil, address: AddressClass = .unknown
) throws -> SyscallEvent {
  guard let call = systemCall(name) else { throw SyscallTestError.noSuchCall(name) }
  var registers = InlineArray<6, UInt64>(repeating: 0)
  for (index, argument) in arguments.enumerated() { registers[index] = argument }
  var event = SyscallEvent(
    call: call, arguments: registers, result: result, descriptor: fd, address: address)
  if let path { event.path = pathClass(path) }
  return event
}

func pathClass(_ path: String) -> PathClass {
  var path = path
  return path.withUTF8 { PathClass(UnsafeRawBufferPointer($0)) }
}

@Suite struct SyscallEventTests {
  /// The name of the state of an event.
  private func name(of event: SyscallEvent) -> String {
    syscallStateName(SyscallAlphabet.state(of: event))
  }

  @Test func theNamesOfAllArchitecturesMeanTheSame() throws {
    let open = name(of: try event("open", [9, 0x241], path: "/tmp/x"))
    #expect(open == "open:trunc:tmp:ok")
    #expect(name(of: try event("openat", [3, 9, 0x241], path: "/tmp/x")) == open)
    #expect(name(of: try event("creat", [9, 0o644], path: "/tmp/x")) == open)
    #expect(name(of: try event("openat2", [3, 9, 9], path: "/tmp/x")) == "open:hidden:tmp:ok")
    // O_DIRECTORY of x86 and of Arm.
    #expect(name(of: try event("openat", [3, 9, 0x1_0000], path: "/")) == "open:dir:top:ok")
    #expect(name(of: try event("openat", [3, 9, 0x4000], path: "/")) == "open:dir:top:ok")
    for call in ["fstat", "fstat64"] {
      #expect(name(of: try event(call, [3], fd: .regular)) == "fstat:file:ok")
    }
    let empty = try event("newfstatat", [3, 9, 9, 0x1000], fd: .regular)
    #expect(name(of: empty) == "fstat:file:ok")
    #expect(name(of: try event("statx", [3, 9, 0x1000], fd: .pipe)) == "fstat:pipe:ok")
    #expect(name(of: try event("newfstatat", [3, 9, 9], path: "/etc")) == "stat:etc:ok")
    #expect(name(of: try event("unlinkat", [3, 9, 0x200], path: "a")) == "rmdir:rel:ok")
    #expect(name(of: try event("unlinkat", [3, 9, 0], path: "a")) == "unlink:rel:ok")
    #expect(name(of: try event("unlink", [9, 0x77, 0x200], path: "a")) == "unlink:rel:ok")
    #expect(name(of: try event("fork", [0x1_0000], result: 9)) == "clone:process:ok")
    #expect(name(of: try event("vfork", [0x1_0000], result: 9)) == "clone:vfork:ok")
    #expect(name(of: try event("clone", [0x4111], result: 9)) == "clone:vfork:ok")
    #expect(name(of: try event("fchmodat", [3, 9, 0o4755], path: "a")) == "chmod:setid:rel:ok")
    #expect(name(of: try event("chmod", [9, 0o644], path: "a")) == "chmod:plain:rel:ok")
    #expect(name(of: try event("tgkill", [5, 6, 9])) == name(of: try event("tkill", [6, 9])))
  }

  @Test func resultsAreWhatAPosixProgrammerWouldSay() throws {
    let results: [(Int64, String)] = [
      (0, "empty"), (1, "small"), (64, "small"), (65, "medium"), (4096, "medium"), (4097, "large"),
      (.max, "large"), (-11, "again"), (-4, "again"), (-512, "again"), (-32, "broken"),
      (-104, "broken"), (-13, "denied"), (-9, "error"), (-4095, "error"),
    ]
    for (result, word) in results {
      let read = try event("readv", result: result, fd: .inet6)
      #expect(name(of: read) == "read:inet:\(word)")
    }
    // An address, not an errno.
    let map = try event("mmap", [0, 4096, 5, 2], result: -4096)
    #expect(name(of: map) == "mmap:rx:file:ok")
  }

  @Test func mappingsShowWhatCouldRun() throws {
    let cases: [(UInt64, UInt64, String)] = [
      (0, 0x22, "none:anon"), (3, 0x22, "rw:anon"), (7, 0x32, "rwx:anon:fixed"),
      (5, 0x12, "rx:file:fixed"), (1, 0x01, "r:shared"), (3, 0x21, "rw:sharedanon"),
    ]
    for (protection, flags, expected) in cases {
      let call = try event("mmap", [0, 4096, protection, flags], result: 0x7f00_0000_0000)
      #expect(name(of: call) == "mmap:\(expected):ok")
    }
    #expect(name(of: try event("mprotect", [0, 0, 7], result: -13)) == "mprotect:rwx:error")
  }

  @Test func negativeArgumentsAreThirtyTwoBits() throws {
    let broadcast = try event("kill", [0xffff_ffff, 9])
    #expect(name(of: broadcast) == "kill:kill:all:ok")
    #expect(name(of: try event("kill", [0xffff_fff0, 15])) == "kill:term:group:ok")
    #expect(name(of: try event("kill", [77, 0], result: -3)) == "kill:0:process:missing")
    let forever = try event("poll", [0, 1, 0xffff_ffff], result: 1)
    #expect(name(of: forever) == "poll:forever:ready")
    // 0 looks and returns; a pointer of 0 waits.
    #expect(name(of: try event("poll", [0, 1, 0], result: 0)) == "poll:timed:timeout")
    #expect(name(of: try event("epoll_wait", [3, 9, 9, 0])) == "epoll_wait:timed:timeout")
    #expect(name(of: try event("ppoll", [0, 1, 0], result: 1)) == "poll:forever:ready")
    #expect(name(of: try event("ppoll", [0, 1, 9], result: 0)) == "poll:timed:timeout")
    #expect(name(of: try event("epoll_pwait", [3, 9, 9, 50])) == "epoll_wait:timed:timeout")
    #expect(name(of: try event("setresuid", [0xffff_ffff, 0, 5])) == "setuid:root:ok")
    #expect(name(of: try event("setreuid", [0xffff_ffff, 7])) == "setuid:user:ok")
    #expect(name(of: try event("setreuid", [0xffff_ffff, 0xffff_ffff])) == "setuid:unchanged:ok")
  }

  @Test func aPeerIsHowFarAwayItIs() throws {
    let telnet = AddressClass(scope: AddressClass.scope(ipv4: 203, 0, 113, 9), port: 23)
    let refused = try event("connect", result: -111, fd: .inet, address: telnet)
    #expect(name(of: refused) == "connect:remote:login:refused")
    let dns = AddressClass(scope: AddressClass.scope(ipv4: 192, 168, 1, 1), port: 53)
    #expect(name(of: try event("sendto", result: 30, address: dns)) == "sendto:lan:dns:ok")
    // Without an address it is a `send`, on a connected socket.
    #expect(name(of: try event("sendto", result: 30, fd: .inet)) == "send:inet:small")
    #expect(AddressClass.scope(ipv4: 127, 9, 9, 9) == .loopback)
    #expect(AddressClass.scope(ipv4: 0, 0, 0, 0) == .any)
    #expect(AddressClass.scope(ipv4: 172, 31, 0, 1) == .nearby)
    #expect(AddressClass.scope(ipv4: 172, 32, 0, 1) == .remote)
  }

  @Test func forksSayWhoWasMade() throws {
    #expect(
      try event("clone", [0x11], result: 7).lifecycle == .fork(child: 7, sharesProcess: false))
    #expect(
      try event("clone", [0x1_0f00], result: 7).lifecycle == .fork(child: 7, sharesProcess: true))
    #expect(
      try event("vfork", [0x1_0f00], result: 7).lifecycle == .fork(child: 7, sharesProcess: false))
    #expect(
      try event("clone3", [9], result: 7).lifecycle == .fork(child: 7, sharesProcess: nil))
    #expect(try event("clone", result: -11).lifecycle == .none)
    #expect(try event("clone", result: 0).lifecycle == .none)
    #expect(try event("clone", result: .max).lifecycle == .none)
    #expect(try event("execve").lifecycle == .execute)
    #expect(try event("execve", result: -2).lifecycle == .none)
    #expect(try event("exit", [1]).lifecycle == .exit(wholeProcess: false))
    #expect(try event("exit_group", [1]).lifecycle == .exit(wholeProcess: true))
  }
}
