import TestSupport
import Testing

@testable import KernelTrace

/// The name of `state`, empty where it has none.
func syscallStateName(_ state: UInt32) -> String {
  withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
    let count = SyscallAlphabet.writeName(of: state, into: buffer)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}

/// The call that a kernel calls `name`.
func systemCall(_ name: String) -> SystemCall? {
  var bytes = name
  return bytes.withUTF8 { SyscallAlphabet.canonicalCall(named: UnsafeRawBufferPointer($0)) }
}

@Suite struct SyscallAlphabetTests {
  @Test func everyStateHasANameOfItsOwn() {
    var names: Set<String> = []
    var states = 0
    var last: UInt32 = 0
    SyscallAlphabet.forEachState { state in
      let name = syscallStateName(state)
      #expect(names.insert(name).inserted, "\(name) is the name of two states")
      #expect((1...64).contains(name.utf8.count))
      #expect(name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c })
      #expect(!name.utf8.allSatisfy { (0x30...0x39).contains($0) })
      #expect(SyscallAlphabet.isValid(state))
      #expect(state > last)
      last = state
      states += 1
    }
    #expect(states == SyscallAlphabet.stateCount)
    #expect(states > 1000)
    #expect(!names.contains("unknown"))
  }

  @Test func anIDIsValidExactlyIfItHasAName() {
    var random = SplitMix64(seed: 3)
    let sampled = (0..<50_000).map { _ in UInt32(truncatingIfNeeded: random.next()) & 0x1f_ffff }
    let allOfOpen = (UInt32(112) << 12)..<(UInt32(113) << 12)
    for state in Array(allOfOpen) + sampled where state != 0 {
      if SyscallAlphabet.isValid(state) == syscallStateName(state).isEmpty {
        Issue.record("\(state)")
      }
    }
    #expect(allOfOpen.count { SyscallAlphabet.isValid($0) } == 10 * 24 * 4)
    for state: UInt32 in [0, .max, 0x8000_0000, 0x0020_0000] {
      #expect(!SyscallAlphabet.isValid(state))
    }
    #expect(syscallStateName(0) == "unknown")
  }

  @Test func aBufferTooSmallGetsNoName() throws {
    let state = SyscallAlphabet.state(of: try event("openat", [0, 0, 0x241], path: "/etc/motd"))
    let length = "open:trunc:etc:ok".utf8.count
    #expect(syscallStateName(state) == "open:trunc:etc:ok")
    for size in 0...64 {
      withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
        let buffer = UnsafeMutableRawBufferPointer(rebasing: bytes[..<size])
        let count = SyscallAlphabet.writeName(of: state, into: buffer)
        #expect(count == (size >= length ? length : 0))
      }
    }
  }

  /// What a model learned stays what it was: these never change.
  @Test(arguments: [
    (0x1000, "read:nofd:empty"), (0x1017, "read:inet:small"), (0x1_0000, "sendto:noaddress:ok"),
    (0x1_110f, "connect:local:web:error"), (0x1_4001, "close:file:ok"), (0x4_0007, "stat:dev:ok"),
    (0x7_0480, "open:rdonly:etc:denied"), (0x7_300c, "execve:program:ok"),
  ])
  func idsAreForEver(id: UInt32, name: String) {
    #expect(syscallStateName(id) == name)
  }

  @Test(arguments: [
    (1, "read"), (9, "copy_file_range"), (16, "sendto"), (18, "bind"), (20, "close"), (30, "dup"),
    (64, "stat"), (65, "unlink"), (66, "rmdir"), (79, "inotify_add_watch"), (108, "rename"),
    (112, "open"), (113, "chmod"), (114, "fchmod"), (115, "execve"), (116, "clone"), (117, "exit"),
    (118, "exit_group"), (119, "wait4"), (120, "mmap"), (121, "mprotect"), (122, "brk"),
    (123, "socket"), (126, "setsockopt"), (127, "getsockopt"), (128, "kill"), (129, "tkill"),
    (130, "sigaction"), (131, "prctl"), (132, "ioctl"), (133, "fcntl"), (134, "dup2"),
    (136, "setgid"), (137, "ptrace"), (139, "epoll_wait"), (140, "epoll_ctl"), (141, "futex"),
    (142, "alarm"), (143, "sigreturn"), (160, "sigprocmask"), (198, "getcwd"),
    (226, "timerfd_gettime"), (267, "rlimit"), (314, "cachestat"), (359, "io_uring_register"),
    (418, "file_setattr"), (440, "uname"), (474, "nfsservctl"),
  ])
  func callNumbersAreForEver(number: Int, name: String) {
    #expect(CallTable.name(number).map { String(decoding: $0, as: UTF8.self) } == name)
  }

  @Test func noGroupReachesIntoTheNext() {
    var last: UInt16 = 0
    for index in 0..<CallGroup.all.count {
      let group = CallGroup.all[index]
      #expect(group.first > last, "the group of \(group.first) starts at a number in use")
      let words = group.text.description.split { $0 == " " || $0 == "\n" }
      let calls = words.filter { !$0.hasPrefix("=") }.count
      last = group.first + UInt16(calls) - 1
      for word in words {
        let name = word.drop { $0 == "=" }.prefix { $0 != "+" }
        let call = systemCall(String(name))
        #expect(call.map { $0.number >= group.first && $0.number <= last } == true, "\(name)")
      }
    }
    #expect(Int(last) <= CallTable.lastNumber)
  }

  @Test func everyFieldFitsItsWidth() {
    for raw in UInt8.min...UInt8.max {
      if let field = ClassField(rawValue: raw) {
        #expect(field.count <= 1 << field.bits, "\(field)")
        let words = field.words.description.split { $0 == " " }
        #expect(Set(words).count == field.count)
      }
      if let scheme = ClassScheme(rawValue: raw) {
        let fields = scheme.fields
        #expect(fields[0].bits + fields[1].bits + fields[2].bits <= 12, "\(scheme)")
      }
    }
  }

  @Test func anyEventHasAValidState() {
    var random = SplitMix64(seed: 11)
    let kinds: [DescriptorKind] = (0...11).compactMap { DescriptorKind(rawValue: $0) }
    let paths = (0...23).compactMap { PathClass(rawValue: $0) }
    #expect(kinds.count == 12 && paths.count == 24)
    for number in 1...CallTable.lastNumber {
      guard let canonical = CallTable.call(number) else { continue }
      for _ in 0..<200 {
        let call = SystemCall(
          number: canonical.number, variant: UInt8.random(in: 0...4, using: &random),
          scheme: canonical.scheme)
        var arguments = InlineArray<6, UInt64>(repeating: 0)
        for index in 0..<6 { arguments[index] = random.next() >> (random.next() % 64) }
        var result = Int64(bitPattern: random.next() >> (random.next() % 64))
        if Bool.random(using: &random) { result = -Int64.random(in: 1...600, using: &random) }
        let scope = AddressClass.Scope(rawValue: UInt8.random(in: 0...3, using: &random)) ?? .any
        let event = SyscallEvent(
          call: call, arguments: arguments, result: result,
          descriptor: kinds.randomElement(using: &random) ?? .unknown,
          path: paths.randomElement(using: &random) ?? .unknown,
          address: AddressClass(scope: scope, port: UInt16.random(in: 0...9000, using: &random)))
        let state = SyscallAlphabet.state(of: event)
        #expect(SyscallAlphabet.isValid(state), "\(event)")
      }
    }
  }

  @Test func unknownNamesAreNoCalls() {
    for name in ["", "=", "rea", "reads", "openat+1", "=openat", "READ", "sys_read", "123"] {
      #expect(systemCall(name) == nil, "\(name)")
    }
  }
}
