extension TraceRecord {
  /// Adds the record to `text` as a line of the text protocol, `\n` included.
  ///
  /// - Parameter stateName: the name of an event's state; without one the line has the id.
  public func appendLine(to text: inout [UInt8], stateName: UnsafeRawBufferPointer? = nil) {
    switch self {
    case .event(let event):
      text.append(field: event.thread)
      if let stateName { text.append(field: stateName) } else { text.append(field: event.state) }
      text.append(time: event.time)
    case .fork(let parent, let child, let time):
      text.append(field: "fork")
      text.append(field: parent)
      text.append(field: child)
      text.append(time: time)
    case .exec(let thread, let name, let time):
      text.append(field: "exec")
      text.append(field: thread)
      text.append(field: name)
      text.append(time: time)
    case .exit(let thread, let time):
      text.append(field: "exit")
      text.append(field: thread)
      text.append(time: time)
    case .lost(let count, let thread, let time):
      text.append(field: "lost")
      text.append(field: count)
      if let thread { text.append(field: thread) }
      text.append(time: time)
    }
    text[text.count - 1] = UInt8(ascii: "\n")
  }
}

/// Each field is followed by a space; that of the last one becomes the line's end.
extension [UInt8] {
  fileprivate mutating func append(field word: StaticString) {
    word.withUTF8Buffer { append(contentsOf: $0) }
    append(UInt8(ascii: " "))
  }

  fileprivate mutating func append(field bytes: UnsafeRawBufferPointer) {
    append(contentsOf: bytes)
    append(UInt8(ascii: " "))
  }

  fileprivate mutating func append(field number: some UnsignedInteger) {
    DecimalDigits(UInt64(number)).write { append($0) }
    append(UInt8(ascii: " "))
  }

  fileprivate mutating func append(field thread: ThreadID) {
    append(field: thread.pid)
    append(field: thread.tid)
  }

  /// A program without a name is `?`: a field has at least one byte.
  fileprivate mutating func append(field name: ProgramName) {
    if name.count == 0 { return append(field: "?") }
    for index in 0..<name.count { append(name[index]) }
    append(UInt8(ascii: " "))
  }

  fileprivate mutating func append(time: UInt64) {
    if time != 0 { append(field: time) }
  }
}
