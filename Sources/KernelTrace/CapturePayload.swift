/// The records of one block, whose checksum is known to be right, one after the other.
///
/// Still nothing is trusted: a checksum does not make a writer correct.
struct CapturePayload {
  private let bytes: UnsafeRawBufferPointer
  /// Where the payload begins in the capture.
  private let start: UInt64
  private var position = 0
  private var recordStart = 0
  private var previousTime: UInt64 = 0

  init(_ bytes: UnsafeRawBufferPointer, at start: UInt64) {
    self.bytes = bytes
    self.start = start
  }

  var isAtEnd: Bool { position == bytes.count }

  private var recordOffset: UInt64 { start + UInt64(recordStart) }

  mutating func next(_ names: inout NamedStates) throws(CaptureError) -> CaptureItem {
    recordStart = position
    let code = try byte()
    guard let tag = CaptureLayout.Tag(rawValue: code) else {
      throw .unknownTag(found: Int(code), atOffset: recordOffset)
    }
    switch tag {
    case .state: return try stateName(&names)
    case .event: return .record(.event(try event(names)))
    case .fork:
      let (parent, child) = (try thread(), try thread())
      return .record(.fork(parent: parent, child: child, time: try time()))
    case .exec:
      let thread = try thread()
      let name = try programName()
      return .record(.exec(thread, name: name, time: try time()))
    case .exit:
      let thread = try thread()
      return .record(.exit(thread, time: try time()))
    case .lost: return .record(try lost())
    }
  }

  private mutating func stateName(_ names: inout NamedStates) throws(CaptureError) -> CaptureItem {
    let id = try number32()
    let name = try take(try number(upTo: 255))
    guard StateName.isValid(name) else { throw .stateName(atOffset: recordOffset) }
    switch names.insert(id, name: name) {
    case .new, .known: return .stateName(id: id, name: name)
    case .different: throw .renamedState(id: id, atOffset: recordOffset)
    case .full: throw .tooManyStates(atOffset: recordOffset)
    }
  }

  private mutating func event(_ names: borrowing NamedStates) throws(CaptureError) -> TraceEvent {
    let thread = try thread()
    let state = try number32()
    guard names.contains(state) else { throw .unnamedState(id: state, atOffset: recordOffset) }
    return TraceEvent(thread: thread, state: state, time: try time())
  }

  private mutating func lost() throws(CaptureError) -> TraceRecord {
    let count = try number(upTo: .max)
    let thread = ThreadID(pid: try number32(), tid: try number32())
    let isAnybody = thread.pid == 0 && thread.tid == 0
    if !isAnybody { try check(thread) }
    return .lost(count: count, thread: isAnybody ? nil : thread, time: try time())
  }

  private mutating func thread() throws(CaptureError) -> ThreadID {
    let thread = ThreadID(pid: try number32(), tid: try number32())
    try check(thread)
    return thread
  }

  private func check(_ thread: ThreadID) throws(CaptureError) {
    guard thread.pid != 0 && thread.tid != 0 else {
      throw .threadNumberZero(atOffset: recordOffset)
    }
  }

  private mutating func programName() throws(CaptureError) -> ProgramName {
    let bytes = try take(try number(upTo: 255))
    let name = ProgramName(bytes)
    guard bytes.count <= CaptureLayout.longestProgramName, name.stands(for: bytes) else {
      throw .programName(atOffset: recordOffset)
    }
    return name
  }

  private mutating func time() throws(CaptureError) -> UInt64 {
    let coded = try number(upTo: .max)
    previousTime &+= (coded &>> 1) ^ (0 &- (coded & 1))
    return previousTime
  }

  private mutating func number32() throws(CaptureError) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(upTo: UInt64(UInt32.max)))
  }

  /// LEB128; a last byte of 0 would be a longer form than needed.
  private mutating func number(upTo limit: UInt64) throws(CaptureError) -> UInt64 {
    let offset = start + UInt64(position)
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let part = try byte()
      let isTooLarge = shift == 63 && part > 1
      let isTooLong = shift > 0 && part == 0
      if isTooLarge || isTooLong { throw .number(atOffset: offset) }
      value |= UInt64(part & 0x7f) &<< shift
      if part < 0x80 { break }
      shift += 7
    }
    guard value <= limit else { throw .number(atOffset: offset) }
    return value
  }

  private mutating func byte() throws(CaptureError) -> UInt8 {
    guard position < bytes.count else { throw .recordTooLong(atOffset: recordOffset) }
    position += 1
    return bytes[position - 1]
  }

  private mutating func take(_ count: UInt64) throws(CaptureError) -> UnsafeRawBufferPointer {
    guard count <= UInt64(bytes.count - position) else {
      throw .recordTooLong(atOffset: recordOffset)
    }
    let taken = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + Int(count))])
    position += Int(count)
    return taken
  }
}

extension ProgramName {
  /// Whether a writer may have stored the name so. Some kept bytes that are not ASCII, which are `?`.
  fileprivate func stands(for bytes: UnsafeRawBufferPointer) -> Bool {
    guard count == bytes.count else { return false }
    for index in 0..<count where self[index] != bytes[index] && bytes[index] < 0x80 {
      return false
    }
    return true
  }
}
