/// A system call's arguments as its scheme reads them, whatever variant of the call was made.
struct ArgumentView {
  let event: SyscallEvent

  private static let send = CallTable.call(named: "send")
  private static let fstat = CallTable.call(named: "fstat")
  private static let rmdir = CallTable.call(named: "rmdir")

  /// The call whose class this is: some calls do another one's work when a flag says so.
  var canonicalCall: SystemCall {
    let call = event.call
    switch call.scheme {
    case .sendTo where event.address == .unknown: return Self.send ?? call
    case .stat where isDescriptorStat: return Self.fstat ?? call
    // AT_REMOVEDIR.
    case .unlink where call.variant == 1 && argument(2) & 0x200 != 0: return Self.rmdir ?? call
    default: return call
    }
  }

  /// AT_EMPTY_PATH, which `newfstatat` and `statx` keep in different places, and no path.
  private var isDescriptorStat: Bool {
    guard event.path == .unknown, event.call.variant > 0 else { return false }
    return argument(event.call.variant == 1 ? 3 : 2) & 0x1000 != 0
  }

  /// Argument `index`, or 0 past the last one.
  func argument(_ index: Int) -> UInt64 { index < 6 ? event.arguments[index] : 0 }

  /// Argument `index` counted from the path: the `...at` variants have a descriptor before it.
  func pathArgument(_ index: Int) -> UInt64 { argument(index + Int(event.call.variant)) }

  /// Argument `index` as the 32-bit integer that C declares it.
  func integer(_ index: Int) -> Int32 { Int32(truncatingIfNeeded: argument(index)) }

  /// Argument `index` as an unsigned 32-bit integer; the rest of the register may be anything.
  func word(_ index: Int) -> UInt32 { UInt32(truncatingIfNeeded: argument(index)) }

  var outcome: SyscallOutcome { SyscallOutcome(event.result) }

  /// The class of `call`.
  func fields(of call: SystemCall) -> UInt32 {
    let scheme = call.scheme
    let path = event.path.rawValue
    switch scheme {
    // What it returns is a register of the code that the signal interrupted.
    case .bare: return 0
    case .plain: return scheme.pack(outcome.general)
    case .transfer: return scheme.pack(descriptor, transferred)
    case .sendTo, .address: return scheme.pack(event.address.code, outcome.onPeer)
    case .descriptor: return scheme.pack(descriptor, outcome.onDescriptor)
    case .descriptorMode:
      return scheme.pack(descriptor, fileMode(argument(1)), outcome.onDescriptor)
    case .stat, .path, .unlink, .execute: return scheme.pack(path, outcome.onPath)
    case .make: return scheme.pack(path, outcome.onMaking)
    case .open: return scheme.pack(openMode, path, outcome.onPath)
    case .chmod: return scheme.pack(fileMode(pathArgument(1)), path, outcome.onPath)
    case .exit: return scheme.pack(exitCode)
    case .mapping: return scheme.pack(protection, mapping, outcome.completed)
    case .protection: return scheme.pack(protection, outcome.completed)
    case .brk: return scheme.pack(argument(0) == 0 ? 0 : 1)
    case .alarm: return scheme.pack(argument(0) == 0 ? 0 : 1)
    case .clone: return scheme.pack(cloneKind, outcome.onDescriptor)
    case .wait: return scheme.pack(mayReturnAtOnce ? 1 : 0, child)
    case .poll: return scheme.pack(waitsForever ? 1 : 0, ready)
    case .futex: return scheme.pack(futexOperation, outcome.onDescriptor)
    default: return controlFields(of: scheme)
    }
  }

  private func controlFields(of scheme: ClassScheme) -> UInt32 {
    switch scheme {
    case .socket: scheme.pack(domain, socketType, outcome.general)
    case .setOption: scheme.pack(optionLevel, UInt8(min(word(2), 31)))
    case .getOption: scheme.pack(optionLevel)
    case .kill: scheme.pack(signal(word(1)), signalTarget, outcome.onPath)
    case .threadSignal:
      scheme.pack(signal(word(event.call.variant == 0 ? 1 : 2)), outcome.completed)
    case .signalAction: scheme.pack(signal(word(0)), argument(1) == 0 ? 1 : 0)
    case .processOption: scheme.pack(processOption, outcome.general)
    case .device: scheme.pack(DeviceRequest(argument(1)).code, descriptor)
    case .control: scheme.pack(controlCommand, descriptor)
    case .duplicate:
      scheme.pack(descriptor, UInt8(min(word(1), 3)), outcome.completed)
    case .identity: scheme.pack(identity, outcome.general)
    case .trace: scheme.pack(traceRequest, outcome.general)
    default: scheme.pack(interest, outcome.completed)
    }
  }
}
