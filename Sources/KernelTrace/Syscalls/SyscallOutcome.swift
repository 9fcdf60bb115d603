/// What a system call's result says, beyond the number: why it failed.
enum SyscallOutcome {
  case ok, again, missing, denied, exists, network, error

  /// The outcome of a result; errno in asm-generic numbers.
  init(_ result: Int64) {
    guard result < 0, result >= -4095 else {
      self = .ok
      return
    }
    switch -result {
    // EINTR, EAGAIN, EALREADY, EINPROGRESS and the kernel's own restart codes.
    case 4, 11, 114, 115, 512...516: self = .again
    // ENOENT, ESRCH, ENXIO, ECHILD, ENODEV, ENOTDIR.
    case 2, 3, 6, 10, 19, 20: self = .missing
    // EPERM, EACCES, EROFS.
    case 1, 13, 30: self = .denied
    // EEXIST, ENOTEMPTY.
    case 17, 39: self = .exists
    // EPIPE, and EADDRINUSE ... EHOSTUNREACH.
    case 32, 98...104, 107, 110...113: self = .network
    default: self = .error
    }
  }

  /// Value of the field `outcome`.
  var general: UInt8 {
    switch self {
    case .ok: 0
    case .again: 1
    case .denied: 2
    default: 3
    }
  }

  /// Value of the field `fdOutcome`.
  var onDescriptor: UInt8 {
    switch self {
    case .ok: 0
    case .again: 1
    default: 2
    }
  }

  /// Value of the field `pathOutcome`.
  var onPath: UInt8 {
    switch self {
    case .ok: 0
    case .missing: 1
    case .denied: 2
    default: 3
    }
  }

  /// Value of the field `makeOutcome`.
  var onMaking: UInt8 {
    switch self {
    case .ok: 0
    case .missing: 1
    case .denied: 2
    case .exists: 3
    default: 4
    }
  }

  /// Value of the field `peerOutcome`. A Unix socket that is not there is refused, too.
  var onPeer: UInt8 {
    switch self {
    case .ok: 0
    case .again: 1
    case .network, .missing: 2
    case .denied: 3
    default: 4
    }
  }

  /// Value of the field `done`.
  var completed: UInt8 { self == .ok ? 0 : 1 }
}
