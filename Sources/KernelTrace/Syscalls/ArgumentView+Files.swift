/// Values of the fields that tell files, memory and data apart.
extension ArgumentView {
  /// IPv6 counts as IPv4: a device that gets an address of the other family does the same things.
  var descriptor: UInt8 {
    switch event.descriptor {
    case .unknown: 0
    case .regular: 1
    case .directory: 2
    case .character: 3
    case .block: 4
    case .pipe: 5
    case .unix: 6
    case .inet, .inet6: 7
    case .netlink: 8
    case .otherSocket: 9
    case .anonymous: 10
    }
  }

  var transferred: UInt8 {
    switch outcome {
    case .ok:
      switch event.result {
      case 0: 0
      case ...64: 1
      case ...4096: 2
      default: 3
      }
    case .again: 4
    case .network: 5
    case .denied: 6
    default: 7
    }
  }

  /// What an open may do to a file counts before how it is opened.
  var openMode: UInt8 {
    switch OpenLayout(rawValue: event.call.variant) {
    case .creat: return 4
    case .structure: return 9
    default: break
    }
    let flags = pathArgument(1)
    // O_PATH, __O_TMPFILE, O_APPEND, O_TRUNC, O_CREAT.
    if flags & 0x20_0000 != 0 { return 8 }
    if flags & 0x40_0000 != 0 { return 7 }
    if flags & 0x400 != 0 { return 5 }
    if flags & 0x200 != 0 { return 4 }
    if flags & 0x40 != 0 { return 3 }
    switch flags & 3 {
    // O_DIRECTORY of x86 and RISC-V, and of Arm, where the other bit is O_DIRECT.
    case 0: return flags & 0x1_4000 != 0 ? 6 : 0
    case 1: return 1
    default: return 2
    }
  }

  func fileMode(_ mode: UInt64) -> UInt8 {
    if mode & 0o6000 != 0 { return 2 }
    return mode & 0o111 != 0 ? 1 : 0
  }

  /// PROT_READ, PROT_WRITE and PROT_EXEC are the bits of the value.
  var protection: UInt8 { UInt8(truncatingIfNeeded: argument(2) & 7) }

  /// MAP_FIXED, MAP_ANONYMOUS and MAP_SHARED as bits 0, 1 and 2.
  var mapping: UInt8 {
    let flags = word(3)
    return UInt8(truncatingIfNeeded: (flags >> 4) & 3 | (flags & 1) << 2)
  }
}
