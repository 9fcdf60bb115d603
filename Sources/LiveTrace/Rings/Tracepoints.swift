import KernelTrace

/// What a tracepoint's record says.
enum TracepointHit {
  /// A thread entered a system call; the number is the kernel's.
  case enter(number: Int32, arguments: InlineArray<6, UInt64>)
  /// It returned.
  case leave(number: Int32, result: Int64)
  /// It runs another program from here on. The name is as the call was given it.
  case exec(fileName: UnsafeRawBufferPointer)
  /// It sets out to connect over TCP.
  case connect(AddressClass)
}

/// The tracepoints that the source uses, and where their fields are.
struct Tracepoints {
  private struct Enter {
    var id: UInt16
    var number: TracepointField
    var arguments: TracepointField
  }

  private struct Leave {
    var id: UInt16
    var number: TracepointField
    var result: TracepointField
  }

  private struct Exec {
    var id: UInt16
    var fileName: TracepointField
  }

  private struct Connect {
    var id: UInt16
    var state: TracepointField
    var family: TracepointField
    var port: TracepointField
    var address4: TracepointField
    var address6: TracepointField
  }

  private let enter: Enter
  private let leave: Leave
  private let exec: Exec
  private var connect: Connect?

  /// Whether the kernel has 64 bits.
  var is64Bit: Bool { enter.number.size == 8 }
  /// Their ids, for perf events. `connectID` is nil where the kernel lacks it (before 4.16).
  var enterID: UInt16 { enter.id }
  var leaveID: UInt16 { leave.id }
  var execID: UInt16 { exec.id }
  var connectID: UInt16? { connect?.id }

  /// From the `format` files of raw_syscalls/sys_enter, raw_syscalls/sys_exit,
  /// sched/sched_process_exec and, where there is one, sock/inet_sock_set_state.
  ///
  /// nil where a field is missing or of an impossible size.
  init?(
    enter: TracepointFormat, leave: TracepointFormat, exec: TracepointFormat,
    connect: TracepointFormat?
  ) {
    guard let enterID = enter.id, let number = enter.field("id"),
      let arguments = enter.field("args"), number.size == 4 || number.size == 8,
      arguments.size == 6 * number.size,
      let leaveID = leave.id, let leaveNumber = leave.field("id"),
      let result = leave.field("ret"), leaveNumber.size == number.size, result.size == number.size,
      let execID = exec.id, let fileName = exec.field("filename"), fileName.size == 4
    else { return nil }
    self.enter = Enter(id: enterID, number: number, arguments: arguments)
    self.leave = Leave(id: leaveID, number: leaveNumber, result: result)
    self.exec = Exec(id: execID, fileName: fileName)
    self.connect = connect.flatMap { Self.connect($0) }
  }

  private static func connect(_ format: TracepointFormat) -> Connect? {
    guard let id = format.id, let state = format.field("newstate"),
      let family = format.field("family"), let port = format.field("dport"),
      let address4 = format.field("daddr"), address4.size == 4,
      let address6 = format.field("daddr_v6"), address6.size == 16
    else { return nil }
    return Connect(
      id: id, state: state, family: family, port: port, address4: address4, address6: address6)
  }

  /// Reads a record; nil where it is of another tracepoint, too short, or says nothing of interest.
  func hit(_ record: UnsafeRawBufferPointer) -> TracepointHit? {
    guard record.count >= 2 else { return nil }
    switch record.loadUnaligned(as: UInt16.self) {
    case enter.id: return entering(record)
    case leave.id:
      guard let number = leave.number.number(record), let result = leave.result.number(record)
      else { return nil }
      return .leave(
        number: Int32(truncatingIfNeeded: number), result: Int64(bitPattern: result))
    case exec.id: return exec.fileName.text(record).map { .exec(fileName: $0) }
    default: return connecting(record)
    }
  }

  private func entering(_ record: UnsafeRawBufferPointer) -> TracepointHit? {
    guard let number = enter.number.number(record) else { return nil }
    var arguments = InlineArray<6, UInt64>(repeating: 0)
    for index in 0..<6 {
      guard let value = enter.arguments.element(index, of: 6).number(record) else { return nil }
      arguments[index] = value
    }
    return .enter(number: Int32(truncatingIfNeeded: number), arguments: arguments)
  }

  /// TCP_SYN_SENT is entered within `connect`, before its packet is sent.
  private func connecting(_ record: UnsafeRawBufferPointer) -> TracepointHit? {
    guard let connect, record.loadUnaligned(as: UInt16.self) == connect.id,
      connect.state.number(record) == 2, let port = connect.port.number(record),
      let family = connect.family.number(record)
    else { return nil }
    let field = family == 10 ? connect.address6 : connect.address4
    guard let address = field.bytes(record) else { return nil }
    return .connect(
      AddressClass(
        scope: AddressClass.scope(ip: address), port: UInt16(truncatingIfNeeded: port)))
  }
}
