/// One finished system call, as a source saw it, in the conventions of the asm-generic architectures
/// (x86-64, AArch64, Arm, RISC-V); a source of another one (MIPS) translates errno, flags and signals.
///
/// What a source cannot know stays at its default, which has states of its own.
public struct SyscallEvent: Sendable {
  /// Which call it was.
  public var call: SystemCall
  /// The six argument registers at entry.
  public var arguments: InlineArray<6, UInt64>
  /// What it returned; -4095 ... -1 is -errno. 32-bit sources sign-extend.
  public var result: Int64
  /// What the first argument refers to, where that is a file descriptor.
  public var descriptor: DescriptorKind
  /// The class of the first path argument.
  public var path: PathClass
  /// The class of the socket address argument.
  public var address: AddressClass

  /// A system call.
  public init(
    call: SystemCall, arguments: InlineArray<6, UInt64>, result: Int64,
    descriptor: DescriptorKind = .unknown, path: PathClass = .unknown,
    address: AddressClass = .unknown
  ) {
    self.call = call
    self.arguments = arguments
    self.result = result
    self.descriptor = descriptor
    self.path = path
    self.address = address
  }

  /// What the call does to the set of threads.
  public var lifecycle: SyscallLifecycle {
    switch call.scheme {
    case .clone:
      guard result > 0, result <= 0xffff_ffff else { return .none }
      return .fork(child: UInt32(truncatingIfNeeded: result), sharesProcess: createsThread)
    case .execute: return result == 0 ? .execute : .none
    case .exit: return .exit(wholeProcess: call.variant == 1)
    default: return .none
    }
  }

  /// nil where the flags are behind a pointer.
  private var createsThread: Bool? {
    switch CloneLayout(rawValue: call.variant) {
    case .clone: arguments[0] & CloneFlags.thread != 0
    case .fork, .vfork: false
    default: nil
    }
  }
}

/// What a system call does to the set of threads.
public enum SyscallLifecycle: Equatable, Sendable {
  /// Nothing.
  case none
  /// It made `child`, a thread of the same process or a process; nil: the arguments do not say which.
  case fork(child: UInt32, sharesProcess: Bool?)
  /// The process runs another program.
  case execute
  /// The thread ends, and with it, if so said, all others of its process.
  case exit(wholeProcess: Bool)
}

/// What a file descriptor refers to.
public enum DescriptorKind: UInt8, Sendable {
  /// Not a descriptor, closed, or the source does not know.
  case unknown
  case regular, directory, character, block, pipe
  case unix, inet, inet6, netlink, otherSocket
  /// An anonymous inode: epoll, eventfd, timerfd, signalfd, inotify.
  case anonymous
}
