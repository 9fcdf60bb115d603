/// A system call under its architecture-independent name: `openat` is `open`, `lstat` is `stat`.
public struct SystemCall: Equatable, Sendable {
  /// Its number in the alphabet's own list, 1...511; nothing to do with the kernel's numbers.
  public let number: UInt16
  /// How the kernel's call lays out the arguments of the canonical one; the scheme knows the values.
  let variant: UInt8
  /// How its arguments and its result become a class.
  let scheme: ClassScheme

  /// Whether the thread never comes back from it.
  public var endsThread: Bool { scheme == .exit }

  /// Whether it runs another program.
  public var executes: Bool { scheme == .execute }

  /// Whether it restores the registers of interrupted code, which the kernel then tells as its number
  /// (on RISC-V) and its result.
  public var restoresRegisters: Bool { scheme == .bare }

  /// Whether it may name a peer by a socket address.
  public var takesAddress: Bool { scheme == .address || scheme == .sendTo }

  /// Whether what its first argument refers to may be part of its state.
  public var takesDescriptor: Bool {
    switch scheme {
    case .transfer, .descriptor, .descriptorMode, .duplicate, .device, .control: true
    // `newfstatat` and `statx` of a descriptor; `stat` itself has no descriptor.
    case .stat: variant > 0
    default: false
    }
  }
}

/// Variants of `open`.
enum OpenLayout: UInt8 {
  case open, openat, creat
  /// `openat2`: the flags are behind a pointer.
  case structure
}

/// Variants of `clone`.
enum CloneLayout: UInt8 {
  case clone, fork, vfork
  /// `clone3`: the flags are behind a pointer.
  case structure
}

/// Flags of `clone` (include/uapi/linux/sched.h).
enum CloneFlags {
  static let vfork: UInt64 = 0x4000
  static let thread: UInt64 = 0x1_0000
  /// CLONE_NEWNS and CLONE_NEWCGROUP ... CLONE_NEWNET.
  static let namespaces: UInt64 = 0x7e02_0000
}
