/// Values of the fields that tell what is done to processes and threads.
extension ArgumentView {
  var exitCode: UInt8 {
    switch argument(0) & 0xff {
    case 0: 0
    // A shell's "cannot run it" and "no such command".
    case 126, 127: 2
    case 128...: 3
    default: 1
    }
  }

  var cloneKind: UInt8 {
    switch CloneLayout(rawValue: event.call.variant) {
    case .fork: return 0
    case .vfork: return 1
    case .clone: break
    default: return 4
    }
    let flags = argument(0)
    if flags & CloneFlags.thread != 0 { return 2 }
    if flags & CloneFlags.namespaces != 0 { return 3 }
    return flags & CloneFlags.vfork != 0 ? 1 : 0
  }

  /// WNOHANG.
  var mayReturnAtOnce: Bool { argument(isWaitID ? 3 : 2) & 1 != 0 }

  private var isWaitID: Bool { event.call.variant == 1 }

  var child: UInt8 {
    switch outcome {
    // waitid returns 0 for a child as well.
    case .ok: event.result > 0 || isWaitID ? 0 : 1
    case .again: 2
    case .missing: 3
    default: 4
    }
  }

  /// No time limit: a negative number of milliseconds, or no pointer to a time.
  var waitsForever: Bool {
    switch event.call.variant {
    case 0: integer(2) < 0
    case 1: argument(2) == 0
    case 3: integer(3) < 0
    default: argument(event.call.variant == 4 ? 3 : 4) == 0
    }
  }

  var ready: UInt8 {
    switch outcome {
    case .ok: event.result > 0 ? 0 : 1
    case .again: 2
    default: 3
    }
  }

  /// FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME do not matter.
  var futexOperation: UInt8 {
    switch argument(1) & 0x7f {
    case 0, 9: 0
    case 1, 5, 10: 1
    case 3, 4, 11, 12: 2
    case 6, 7, 8, 13: 3
    default: 4
    }
  }

  /// All real-time signals are one.
  func signal(_ number: UInt32) -> UInt8 { UInt8(min(number, 32)) }

  var signalTarget: UInt8 {
    switch integer(0) {
    case -1: 2
    case ...0: 1
    default: 0
    }
  }

  /// Root if any of the new ids is 0; -1 leaves one as it is.
  var identity: UInt8 {
    var isChanged = false
    for index in 0...Int(event.call.variant) {
      let id = integer(index)
      if id == 0 { return 0 }
      isChanged = isChanged || id != -1
    }
    return isChanged ? 1 : 2
  }

  var traceRequest: UInt8 {
    switch argument(0) {
    case 0: 1
    case 1, 2, 3: 2
    case 4, 5, 6: 3
    case 7, 9: 4
    case 8: 5
    case 12, 14, 0x4204: 6
    case 13, 15, 0x4205: 7
    case 16: 8
    case 17: 9
    case 24: 10
    case 0x4200: 11
    case 0x4206: 12
    default: 0
    }
  }

  /// The option of `prctl`, setters and getters together.
  var processOption: UInt8 {
    switch word(0) {
    case 1, 2: 1
    case 3, 4: 2
    case 7, 8: 3
    case 15, 16: 4
    case 21, 22: 5
    case 23, 24: 6
    case 27, 28: 7
    case 29, 30: 8
    case 36, 37: 9
    case 38, 39: 10
    case 35: 11
    case 47: 12
    case 0x5961_6d61: 13
    case 0x5356_4d41: 14
    case 41, 42: 15
    default: 0
    }
  }
}
