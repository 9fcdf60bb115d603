import CPlatform
import KernelTrace

/// What `/proc` says about processes.
struct ProcessFiles: ProcessInspector {
  /// Whether programs of 32 bits are foreign to the kernel.
  let is64Bit: Bool

  func name(of thread: ThreadID) -> ProgramName? {
    let path = PathText(thread: thread, "/comm")
    guard let text = path.read(atMost: 64) else { return nil }
    return text.withUnsafeBytes { bytes in
      ProgramName(UnsafeRawBufferPointer(rebasing: bytes.prefix { $0 != 0x0a }))
    }
  }

  /// `NUMBER 0xARGUMENT ... 0xSTACK 0xPROGRAM`, or `running`, or `-1` and more.
  @inline(never)
  func currentCall(of thread: ThreadID) -> (number: Int32, arguments: InlineArray<6, UInt64>)? {
    let path = PathText(thread: thread, "/syscall")
    guard let text = path.read(atMost: 512) else { return nil }
    return text.withUnsafeBytes { Self.parse(syscall: $0) }
  }

  static func parse(
    syscall text: UnsafeRawBufferPointer
  ) -> (number: Int32, arguments: InlineArray<6, UInt64>)? {
    var words = Words(text, separator: 0x20)
    guard let first = words.next(), let number = Decimal.identifier(first) else { return nil }
    var arguments = InlineArray<6, UInt64>(repeating: 0)
    for index in 0..<6 {
      guard let word = words.next(), word.count > 2, word.count <= 18 else { return nil }
      for byte in word[2...] {
        guard let digit = Self.hexadecimal(byte) else { return nil }
        arguments[index] = arguments[index] << 4 | digit
      }
    }
    return (Int32(bitPattern: number), arguments)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x66: UInt64(byte - 0x57)
    default: nil
    }
  }

  /// By the class in the ELF header.
  func runs32BitProgram(_ pid: UInt32) -> Bool? {
    guard is64Bit else { return false }
    guard let header = PathText(process: pid, "/exe").read(atMost: 5), header.count == 5 else {
      return nil
    }
    return header[4] == 1
  }

  func forEachDescriptor(of pid: UInt32, _ body: (Int, DescriptorKind, Bool) -> Void) {
    PathText(process: pid, "/fd").forEachNumber { number in
      guard number < DescriptorTable.limit, let kind = descriptor(Int(number), of: pid) else {
        return
      }
      body(Int(number), kind, closesOnExec(number, pid))
    }
  }

  @inline(never)
  func descriptor(_ number: Int, of pid: UInt32) -> DescriptorKind? {
    var path = PathText(process: pid, "/fd/")
    path.append(UInt32(truncatingIfNeeded: number))
    guard let link = path.link() else { return nil }
    return link.withUnsafeBytes { link in
      if starts(link, with: "socket:[") { return kind(ofSocket: path) }
      if starts(link, with: "pipe:[") { return .pipe }
      if starts(link, with: "anon_inode:") { return .anonymous }
      return Self.kind(ofMode: path.mode)
    }
  }

  /// By the name of its protocol: `UNIX-STREAM`, `TCP`, `TCPv6`.
  private func kind(ofSocket path: PathText) -> DescriptorKind {
    var name = InlineArray<32, UInt8>(repeating: 0)
    return withUnsafeMutableBytes(of: &name) { name in
      let count = path.withCString { mle_socket_protocol($0, name.baseAddress, name.count) } ?? 0
      return Self.kind(ofProtocol: UnsafeRawBufferPointer(rebasing: name[..<count]))
    }
  }

  /// - Parameter name: without its end; empty where it is not known.
  static func kind(ofProtocol name: UnsafeRawBufferPointer) -> DescriptorKind {
    if starts(name, with: "UNIX") { return .unix }
    if starts(name, with: "NETLINK") { return .netlink }
    if name.last == UInt8(ascii: "6") { return .inet6 }
    let isInternet =
      starts(name, with: "TCP") || starts(name, with: "UDP") || starts(name, with: "RAW")
      || starts(name, with: "PING")
      || starts(name, with: "MPTCP") || starts(name, with: "SCTP")
    return isInternet ? .inet : .otherSocket
  }

  /// A zombie has ended, whether it has been waited for or not. Where nothing can be read for another
  /// reason than that, such as a lack of descriptors, it has not.
  func exists(_ thread: ThreadID) -> Bool {
    let path = PathText(thread: thread, "/stat")
    guard let text = path.read(atMost: 512) else {
      let mode = path.mode
      return mode != -2 && mode != -3  // ENOENT, ESRCH
    }
    return text.withUnsafeBytes { text in
      guard let end = text.lastIndex(of: 0x29), end + 2 < text.count else { return false }
      return text[end + 2] != UInt8(ascii: "Z") && text[end + 2] != UInt8(ascii: "X")
    }
  }

  /// All threads of a process.
  @inline(never)
  static func threads(of pid: UInt32) -> [UInt32] {
    var threads: [UInt32] = []
    PathText(process: pid, "/task").forEachNumber { threads.append($0) }
    return threads
  }

  /// A process that runs now.
  struct Running {
    var pid: UInt32
    var parent: UInt32
    var name: ProgramName
  }

  /// All processes.
  @inline(never)
  static func running() -> [Running] {
    var list: [Running] = []
    PathText("/proc").forEachNumber { pid in
      guard let text = PathText(process: pid, "/stat").read(atMost: 512) else { return }
      if let process = text.withUnsafeBytes({ parse(stat: $0, pid) }) { list.append(process) }
    }
    return list
  }

  /// `pid (name) state parent ...`; a name may have spaces and brackets.
  static func parse(stat text: UnsafeRawBufferPointer, _ pid: UInt32) -> Running? {
    guard let start = text.firstIndex(of: 0x28), let end = text.lastIndex(of: 0x29), start < end,
      end + 4 < text.count,
      let parent = Decimal.identifier(UnsafeRawBufferPointer(rebasing: text[(end + 4)...]))
    else { return nil }
    let name = ProgramName(UnsafeRawBufferPointer(rebasing: text[(start + 1)..<end]))
    return Running(pid: pid, parent: parent, name: name)
  }

  /// The kind of what has a name, by `st_mode`: a directory or a file, as where a source sees it
  /// opened. Devices and named pipes cannot be told from files there, and must not be here: a state
  /// would depend on whether a program or its recording began first.
  static func kind(ofMode mode: Int32) -> DescriptorKind {
    mode > 0 && mode & 0o170000 == 0o040000 ? .directory : .regular
  }

  /// `flags:` of fdinfo is octal and has O_CLOEXEC.
  @inline(never)
  private func closesOnExec(_ number: UInt32, _ pid: UInt32) -> Bool {
    var path = PathText(process: pid, "/fdinfo/")
    path.append(number)
    guard let text = path.read(atMost: 512) else { return false }
    return text.withUnsafeBytes { bytes in
      var lines = Words(bytes, separator: 0x0a)
      while let line = lines.next() {
        guard starts(line, with: "flags:\t") else { continue }
        var flags = 0
        for digit in line[7...] { flags = flags << 3 | Int(digit & 7) }
        return flags & 0o2000000 != 0
      }
      return false
    }
  }
}
