import KernelTrace

/// One line of a recording: a system call with who made it and when.
///
///     t_enter_ns tgid tid comm syscall a0 a1 a2 a3 a4 a5 ret dur_ns fdtype path-or-sockaddr
struct RecordedCall {
  /// When the call was entered and when it returned, in nanoseconds.
  var entryTime: UInt64
  var exitTime: UInt64
  var thread: ThreadID
  /// The thread's name at entry.
  var programName: ProgramName
  /// The call, or nil where the alphabet does not have it.
  var event: SyscallEvent?
  /// The last component of the path.
  var fileName: ProgramName?

  /// Parses `line`, without its line end.
  init(_ line: UnsafeRawBufferPointer) throws(RecordedLineProblem) {
    var cursor = FieldCursor(line)
    entryTime = try cursor.decimal(.entryTime)
    let pid = try cursor.decimal(.process, in: 1...0xffff_ffff)
    let tid = try cursor.decimal(.thread, in: 1...0xffff_ffff)
    thread = ThreadID(pid: UInt32(pid), tid: UInt32(tid))

    // A program's name may have spaces: it ends at the first one after which the rest makes sense.
    let start = cursor.offset
    var end = cursor.space(from: start, before: start + 16)
    var problem: RecordedLineProblem?
    while let nameEnd = end {
      var attempt = cursor
      let name = attempt.next(upTo: nameEnd)
      do throws(RecordedLineProblem) {
        let call = try Self.call(&attempt)
        let (exit, overflow) = entryTime.addingReportingOverflow(call.duration)
        guard !overflow else { throw .field(.duration) }
        exitTime = exit
        programName = ProgramName(name)
        event = call.event
        fileName = Self.fileName(call.path)
        return
      } catch {
        problem = problem ?? error
      }
      end = cursor.space(from: nameEnd + 1, before: start + 16)
    }
    _ = try (cursor.next(), cursor.next())
    throw problem ?? .field(.programName)
  }

  /// The fields after the program's name.
  private static func call(
    _ cursor: inout FieldCursor
  ) throws(RecordedLineProblem) -> (
    event: SyscallEvent?, duration: UInt64, path: UnsafeRawBufferPointer
  ) {
    let name = try cursor.next()
    guard !name.isEmpty else { throw .field(.callName) }
    var arguments = InlineArray<6, UInt64>(repeating: 0)
    for index in 0..<6 {
      let field = RecordedField(rawValue: RecordedField.argument0.rawValue + index) ?? .argument0
      arguments[index] = try cursor.hexadecimal(field)
    }
    let result = try cursor.signed(.result)
    let duration = try cursor.decimal(.duration)
    guard let descriptor = DescriptorKind(recorded: try cursor.next()) else {
      throw .field(.descriptor)
    }
    let text = try cursor.rest()
    guard !text.isEmpty else { throw .field(.path) }
    guard let call = SyscallAlphabet.canonicalCall(named: name) else {
      return (nil, duration, text)
    }
    var event = SyscallEvent(
      call: call, arguments: arguments, result: result, descriptor: descriptor)
    if !isDash(text) {
      if call.takesAddress {
        event.address = AddressClass(recorded: text)
      } else {
        event.path = PathClass(text)
      }
    }
    return (event, duration, text)
  }

  private static func fileName(_ path: UnsafeRawBufferPointer) -> ProgramName? {
    guard !isDash(path) else { return nil }
    let start = path.lastIndex(of: 0x2f).map { $0 + 1 } ?? 0
    return start < path.count ? ProgramName(UnsafeRawBufferPointer(rebasing: path[start...])) : nil
  }

  private static func isDash(_ text: UnsafeRawBufferPointer) -> Bool {
    text.count == 1 && text[0] == UInt8(ascii: "-")
  }
}

extension DescriptorKind {
  /// The kind that a recording writes as `text`; nil for anything else.
  init?(recorded text: UnsafeRawBufferPointer) {
    switch (text.count, text.first, text.last) {
    case (1, UInt8(ascii: "-"), _): self = .unknown
    case (1, UInt8(ascii: "r"), _): self = .regular
    case (1, UInt8(ascii: "d"), _): self = .directory
    case (1, UInt8(ascii: "c"), _): self = .character
    case (1, UInt8(ascii: "b"), _): self = .block
    case (1, UInt8(ascii: "p"), _): self = .pipe
    case (1, UInt8(ascii: "a"), _): self = .anonymous
    case (2, UInt8(ascii: "s"), UInt8(ascii: "u")): self = .unix
    case (2, UInt8(ascii: "s"), UInt8(ascii: "4")): self = .inet
    case (2, UInt8(ascii: "s"), UInt8(ascii: "6")): self = .inet6
    case (2, UInt8(ascii: "s"), UInt8(ascii: "n")): self = .netlink
    case (2, UInt8(ascii: "s"), UInt8(ascii: "o")): self = .otherSocket
    default: return nil
    }
  }
}
