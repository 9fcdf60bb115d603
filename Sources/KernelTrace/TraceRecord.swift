/// One thing a source says about the threads it watches, in the order it happened.
///
/// Every source (a recording, a capture file, the text protocol, later the kernel itself) speaks in
/// these and every consumer (the data set builder, the scorer) reads them.
public enum TraceRecord: Equatable, Sendable {
  /// A thread did something.
  case event(TraceEvent)
  /// A thread made another one, which continues its past. It comes before the event of the call
  /// that made it.
  case fork(parent: ThreadID, child: ThreadID, time: UInt64)
  /// A process runs another program from here on, or ran it before the source began. Its past stays.
  case exec(ThreadID, name: ProgramName, time: UInt64)
  /// A thread ended; its number may be used again.
  case exit(ThreadID, time: UInt64)
  /// The source lost `count` records of `thread`, or, without one, of anybody.
  case lost(count: UInt64, thread: ThreadID?, time: UInt64)
}

/// One kernel operation of one thread.
public struct TraceEvent: Equatable, Sendable {
  /// Who did it.
  public var thread: ThreadID
  /// What was done: an id of the source's alphabet. 0 is unknown.
  public var state: UInt32
  /// When it was complete, in nanoseconds of the source's clock; 0 where there is none.
  public var time: UInt64

  /// An event.
  public init(thread: ThreadID, state: UInt32, time: UInt64) {
    self.thread = thread
    self.state = state
    self.time = time
  }
}

/// A Linux task: a thread of a process. Both numbers are as the source's PID namespace sees them.
public struct ThreadID: Equatable, Hashable, Sendable {
  /// The process (thread group).
  public var pid: UInt32
  /// The thread; equal to `pid` for a process's first thread.
  public var tid: UInt32

  /// A thread.
  public init(pid: UInt32, tid: UInt32) {
    self.pid = pid
    self.tid = tid
  }
}

/// The kernel's name of a task: at most 15 bytes, stored in place.
public struct ProgramName: Equatable, Sendable {
  private var bytes = InlineArray<16, UInt8>(repeating: 0)
  /// Length in bytes, 0...15.
  public private(set) var count = 0

  /// The name of a program that has none.
  public init() {}

  /// Keeps the first 15 of `source`'s bytes, as the kernel does. Those that are not printable ASCII,
  /// spaces, `"` and `\` become `?`: they could break a line of text or a JSON string, as UTF-8 that
  /// ends within a character does.
  public init(_ source: UnsafeRawBufferPointer) {
    for byte in source.prefix(15) {
      let isPlain = byte > 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x5c
      bytes[count] = isPlain ? byte : 0x3f
      count += 1
    }
  }

  /// The byte at `index`.
  public subscript(index: Int) -> UInt8 { bytes[index] }

  /// Whether both are the same bytes.
  public static func == (a: ProgramName, b: ProgramName) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a.bytes[index] != b.bytes[index] { return false }
    return true
  }
}
