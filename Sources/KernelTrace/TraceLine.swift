/// One line of the text protocol of `docs/capture-format.md`.
public enum TraceLine {
  /// Nothing but blanks, or a comment.
  case blank
  /// A record. The state of an event was given as an id.
  case record(TraceRecord)
  /// An event whose state was given by its name, a part of the line parsed.
  case namedEvent(ThreadID, stateName: UnsafeRawBufferPointer, time: UInt64)

  /// The longest line, in bytes, without its end.
  public static let maximumLength = 4096

  /// Parses a line, with or without its line end.
  ///
  /// - Throws: what is wrong with it; the caller knows the number of the line.
  public init(parsing bytes: UnsafeRawBufferPointer) throws(TraceTextError) {
    let line = Self.withoutLineEnd(bytes)
    guard line.count <= Self.maximumLength else { throw .lineTooLong }
    var fields = LineFields(line)
    guard let first = fields.next(), first.bytes[0] != UInt8(ascii: "#") else {
      self = .blank
      return
    }
    if first.beginsWithDigit {
      fields = LineFields(line)
      self = try Self.event(&fields)
    } else if equal(first.bytes, "fork") {
      self = .record(try Self.fork(&fields))
    } else if equal(first.bytes, "exec") {
      self = .record(try Self.exec(&fields))
    } else if equal(first.bytes, "exit") {
      let thread = try fields.thread()
      self = .record(.exit(thread, time: try fields.time()))
    } else if equal(first.bytes, "lost") {
      self = .record(try Self.lost(&fields))
    } else {
      throw .unknownRecord(column: first.column)
    }
  }

  private static func withoutLineEnd(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var count = bytes.count
    if count > 0 && bytes[count - 1] == UInt8(ascii: "\n") { count -= 1 }
    if count > 0 && bytes[count - 1] == UInt8(ascii: "\r") { count -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }
}

extension TraceLine {
  private static func event(_ fields: inout LineFields) throws(TraceTextError) -> TraceLine {
    let thread = try fields.thread()
    let state = try fields.required(.state)
    if state.isDigits {
      let id = UInt32(truncatingIfNeeded: try state.number(.state, in: 0...UInt64(UInt32.max)))
      return .record(.event(TraceEvent(thread: thread, state: id, time: try fields.time())))
    }
    guard state.bytes.count <= StateName.maximumLength else {
      throw .stateNameTooLong(length: state.bytes.count, column: state.column)
    }
    if let index = StateName.firstForbiddenByte(in: state.bytes) {
      throw .stateNameByte(found: state.bytes[index], column: state.column + index)
    }
    return .namedEvent(thread, stateName: state.bytes, time: try fields.time())
  }

  private static func fork(_ fields: inout LineFields) throws(TraceTextError) -> TraceRecord {
    let parent = try fields.thread(.parentPID, .parentTID)
    let child = try fields.thread(.childPID, .childTID)
    return .fork(parent: parent, child: child, time: try fields.time())
  }

  private static func exec(_ fields: inout LineFields) throws(TraceTextError) -> TraceRecord {
    let thread = try fields.thread()
    let name = ProgramName(try fields.required(.programName).bytes)
    return .exec(thread, name: name, time: try fields.time())
  }

  /// Two more numbers are a thread, one is the time.
  private static func lost(_ fields: inout LineFields) throws(TraceTextError) -> TraceRecord {
    let count = try fields.required(.lostCount).number(.lostCount, in: 0...UInt64.max)
    let first = fields.next()
    let second = fields.next()
    guard let first else { return .lost(count: count, thread: nil, time: 0) }
    guard let second else {
      return .lost(count: count, thread: nil, time: try first.number(.time, in: 0...UInt64.max))
    }
    let thread = ThreadID(pid: try first.threadNumber(.pid), tid: try second.threadNumber(.tid))
    return .lost(count: count, thread: thread, time: try fields.time())
  }
}
