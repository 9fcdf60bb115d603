/// How a call's arguments and result become its class: up to three fields, side by side in the 12
/// low bits of a state id, the first one lowest.
enum ClassScheme: UInt8 {
  case bare, plain, transfer, sendTo, address, descriptor, descriptorMode
  case stat, path, make, open, unlink, chmod, execute, clone, exit
  case wait, poll, futex, alarm, mapping, protection, brk
  case socket, setOption, getOption, kill, threadSignal, signalAction
  case processOption, device, control, duplicate, identity, trace, interest

  /// The fields in the order of their values in `class(of:)`.
  var fields: InlineArray<3, ClassField> {
    switch self {
    case .bare: [.absent, .absent, .absent]
    case .plain: [.outcome, .absent, .absent]
    case .transfer: [.descriptor, .transfer, .absent]
    case .sendTo, .address: [.address, .peerOutcome, .absent]
    case .descriptor: [.descriptor, .fdOutcome, .absent]
    case .descriptorMode: [.descriptor, .fileMode, .fdOutcome]
    case .stat, .path, .unlink, .execute: [.path, .pathOutcome, .absent]
    case .make: [.path, .makeOutcome, .absent]
    case .open: [.openMode, .path, .pathOutcome]
    case .chmod: [.fileMode, .path, .pathOutcome]
    case .clone: [.clone, .fdOutcome, .absent]
    case .exit: [.exitCode, .absent, .absent]
    case .wait: [.wait, .child, .absent]
    case .poll: [.timeout, .ready, .absent]
    case .futex: [.futex, .fdOutcome, .absent]
    case .alarm: [.alarm, .absent, .absent]
    case .mapping: [.protection, .mapping, .done]
    case .protection: [.protection, .done, .absent]
    case .brk: [.breakRequest, .absent, .absent]
    case .socket: [.domain, .socketType, .outcome]
    case .setOption: [.level, .option, .absent]
    case .getOption: [.level, .absent, .absent]
    case .kill: [.signal, .target, .pathOutcome]
    case .threadSignal: [.signal, .done, .absent]
    case .signalAction: [.signal, .action, .absent]
    case .processOption: [.processOption, .outcome, .absent]
    case .device: [.device, .descriptor, .absent]
    case .control: [.control, .descriptor, .absent]
    case .duplicate: [.descriptor, .standardStream, .done]
    case .identity: [.identity, .outcome, .absent]
    case .trace: [.trace, .outcome, .absent]
    case .interest: [.interest, .done, .absent]
    }
  }

  /// Puts three field values into one class.
  func pack(_ first: UInt8, _ second: UInt8 = 0, _ third: UInt8 = 0) -> UInt32 {
    let fields = fields
    let shift = fields[0].bits
    return UInt32(first) | UInt32(second) << shift | UInt32(third) << (shift + fields[1].bits)
  }

  /// The field values in `code`, or nil where it is no class of this scheme.
  func unpack(_ code: UInt32) -> InlineArray<3, Int>? {
    let fields = fields
    var values = InlineArray<3, Int>(repeating: 0)
    var rest = code
    for index in 0..<3 {
      values[index] = Int(rest & (1 << fields[index].bits - 1))
      rest >>= fields[index].bits
      guard values[index] < fields[index].count else { return nil }
    }
    return rest == 0 ? values : nil
  }

  /// How many classes there are.
  var classCount: Int { fields[0].count * fields[1].count * fields[2].count }
}
