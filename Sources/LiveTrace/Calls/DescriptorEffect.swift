import KernelTrace

/// What a system call does to the descriptors of its process.
///
/// Names, not the alphabet's calls: `pipe` and `pipe2` are one there, but only one has flags.
enum DescriptorEffect: UInt8 {
  case none
  case close, closeRange
  case dup, dup2, dup3, fcntl, ioctl
  case open, openat, openat2, creat
  case socket, socketPair, accept, accept4
  case pipe, pipe2
  case epoll, epoll1, event, event2, signal, signal4, timer, inotify, inotify1, fanotify
  case memory, anonymous
  case getdents

  /// The calls in the order of the cases from `close` on; `=` is another name of the one before it.
  private static let names: StaticString = """
    close close_range dup dup2 dup3 fcntl =fcntl64 ioctl open openat openat2 creat \
    socket socketpair accept accept4 pipe pipe2 epoll_create epoll_create1 eventfd eventfd2 \
    signalfd signalfd4 timerfd_create inotify_init inotify_init1 fanotify_init memfd_create \
    pidfd_open =io_uring_setup getdents =getdents64
    """

  /// The effect of the call that the kernel names `name`.
  init(ofCall name: UnsafeRawBufferPointer) {
    var words = Words(bytes(of: Self.names), separator: 0x20)
    var value: UInt8 = 0
    self = .none
    while let word = words.next() {
      let isAlias = word[0] == UInt8(ascii: "=")
      if !isAlias { value += 1 }
      let known = isAlias ? UnsafeRawBufferPointer(rebasing: word.dropFirst()) : word
      if compareBytes(known, name) == 0 { self = DescriptorEffect(rawValue: value) ?? .none }
    }
  }
}

/// A call that has returned, as far as descriptors are concerned.
struct DescriptorCall {
  let effect: DescriptorEffect
  let arguments: InlineArray<6, UInt64>
  let result: Int64
  /// What its first argument refers to.
  let descriptor: DescriptorKind

  private static let closeOnExec: UInt64 = 0o2000000

  /// Does to `table` what the call did. `close` is done at its entry: its number may be another
  /// thread's before it returns.
  func apply(to table: inout DescriptorTable) {
    guard result >= 0 else { return }
    let number = Int(truncatingIfNeeded: result)
    switch effect {
    case .none, .close: break
    case .closeRange: closeRange(&table)
    case .dup: table.set(number, descriptor)
    // The same number twice: nothing happens, not even to close-on-exec.
    case .dup2: if number != fd { table.set(number, descriptor) }
    case .dup3: table.set(number, descriptor, closesOnExec: has(Self.closeOnExec, 2))
    case .fcntl: control(&table)
    case .ioctl:
      // FIOCLEX, FIONCLEX.
      if word(1) == 0x5451 { table.setClosesOnExec(fd, true) }
      if word(1) == 0x5450 { table.setClosesOnExec(fd, false) }
    case .open: table.set(number, opened(1), closesOnExec: has(Self.closeOnExec, 1))
    case .openat: table.set(number, opened(2), closesOnExec: has(Self.closeOnExec, 2))
    // Its flags are behind a pointer; who uses it closes at exec.
    case .openat2: table.set(number, .regular, closesOnExec: true)
    case .creat: table.set(number, .regular)
    case .socket: table.set(number, socket, closesOnExec: has(Self.closeOnExec, 1))
    case .accept: table.set(number, descriptor)
    case .accept4: table.set(number, descriptor, closesOnExec: has(Self.closeOnExec, 3))
    case .getdents: table.set(fd, .directory, closesOnExec: table.closesOnExec(fd))
    default: make(number, &table)
    }
  }

  private func make(_ number: Int, _ table: inout DescriptorTable) {
    switch effect {
    case .socketPair: table.setTwo(socket, closesOnExec: has(Self.closeOnExec, 1))
    case .pipe: table.setTwo(.pipe, closesOnExec: false)
    case .pipe2: table.setTwo(.pipe, closesOnExec: has(Self.closeOnExec, 1))
    case .epoll, .event, .inotify: table.set(number, .anonymous)
    case .epoll1, .inotify1:
      table.set(number, .anonymous, closesOnExec: has(Self.closeOnExec, 0))
    case .event2, .timer: table.set(number, .anonymous, closesOnExec: has(Self.closeOnExec, 1))
    // A descriptor of its own is changed, not made.
    case .signal: if integer(0) < 0 { table.set(number, .anonymous) }
    case .signal4:
      if integer(0) < 0 {
        table.set(number, .anonymous, closesOnExec: has(Self.closeOnExec, 3))
      }
    case .fanotify: table.set(number, .anonymous, closesOnExec: has(1, 0))
    case .memory: table.set(number, .regular, closesOnExec: has(1, 1))
    default: table.set(number, .anonymous, closesOnExec: true)
    }
  }

  /// F_DUPFD, F_DUPFD_CLOEXEC, F_SETFD.
  private func control(_ table: inout DescriptorTable) {
    let number = Int(truncatingIfNeeded: result)
    switch word(1) {
    case 0: table.set(number, descriptor)
    case 1030: table.set(number, descriptor, closesOnExec: true)
    case 2: table.setClosesOnExec(fd, has(1, 2))
    default: break
    }
  }

  private func closeRange(_ table: inout DescriptorTable) {
    let range = Self.range(from: word(0), through: word(1), below: table.capacity)
    // CLOSE_RANGE_CLOEXEC.
    if has(4, 2) { table.setClosesOnExec(range) } else { table.remove(range) }
  }

  /// The numbers from `first` through `last` that are below `limit`; they are compared before they
  /// become `Int`, which may have 32 bits.
  static func range(from first: UInt32, through last: UInt32, below limit: Int) -> Range<Int> {
    let end = UInt32(clamping: limit)
    guard first <= last, first < end else { return 0..<0 }
    return Int(first)..<(last < end ? Int(last) + 1 : limit)
  }

  /// A directory where it was opened as one, by O_DIRECTORY of x86 and RISC-V, or of Arm, where the
  /// other bit is O_DIRECT; otherwise a file.
  private func opened(_ flags: Int) -> DescriptorKind {
    has(0x1_4000, flags) ? .directory : .regular
  }

  private var socket: DescriptorKind { DescriptorKind(family: word(0)) }

  private var fd: Int { Int(integer(0)) }
  private func word(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: arguments[index]) }
  private func integer(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: arguments[index]) }
  private func has(_ flag: UInt64, _ index: Int) -> Bool { arguments[index] & flag != 0 }
}

extension DescriptorKind {
  /// The kind of a socket of an address family.
  init(family: UInt32) {
    switch family {
    case 1: self = .unix
    case 2: self = .inet
    case 10: self = .inet6
    case 16: self = .netlink
    default: self = .otherSocket
    }
  }
}
