/// Writes a capture: records go into a buffer, a full buffer goes out as one whole block.
///
/// What has gone out is readable, whatever happens afterwards. Nothing is allocated for a record.
///
/// ```swift
/// var writer = CaptureWriter(buffer: buffer) { bytes in file.append(bytes) }
/// try writer.name(state: 7, "openat:rdonly")
/// try writer.append(.event(event))
/// try writer.flush()
/// ```
public struct CaptureWriter: ~Copyable {
  /// The smallest buffer that a writer takes, in bytes: both headers and the longest record.
  public static let smallestBuffer = 128

  private let buffer: UnsafeMutableRawBufferPointer
  private let sink: (UnsafeRawBufferPointer) -> Bool
  private var names = NamedStates()
  /// Where the block begins in the buffer: after the file header, as long as that is not out.
  private var blockStart: Int
  private var position: Int
  private var previousTime: UInt64 = 0
  private var bytesOut: UInt64

  /// Begins a capture, or continues one.
  ///
  /// - Parameters:
  ///   - buffer: at least `smallestBuffer` bytes that outlive the writer. Its size is how much an
  ///     interruption can lose; a block is at most 1 MiB.
  ///   - sink: takes all of the bytes given or returns false. It is called by `flush()` and
  ///     wherever a record finds the buffer full.
  ///   - offset: 0 begins a capture; where a `CaptureReader` saw one end (and where the file is
  ///     truncated to), continues it. States have to be named anew.
  public init(
    buffer: UnsafeMutableRawBufferPointer, continuingAt offset: UInt64 = 0,
    sink: @escaping (UnsafeRawBufferPointer) -> Bool
  ) {
    precondition(buffer.count >= Self.smallestBuffer, "the buffer is smaller than smallestBuffer")
    self.buffer = buffer
    self.sink = sink
    bytesOut = offset
    blockStart = offset == 0 ? CaptureLayout.headerLength : 0
    position = blockStart + CaptureLayout.blockHeaderLength
    if offset == 0 { storeFileHeader() }
  }

  // Embedded Swift cannot destroy what is inside from another module without it.
  deinit {}

  /// Whether events may have the state `id`: it was named, or is 0.
  public func isNamed(_ id: UInt32) -> Bool { names.contains(id) }

  /// Names a state, before the first event that has it. Naming it again is harmless.
  ///
  /// - Throws: `.stateName`, `.renamedState`, `.tooManyStates`; `.notWritten` from the sink.
  public mutating func name(
    state id: UInt32, _ name: UnsafeRawBufferPointer
  ) throws(CaptureError) {
    guard StateName.isValid(name) else { throw .stateName(atOffset: offset) }
    try makeRoom()
    switch names.insert(id, name: name) {
    case .new: break
    case .known: return
    case .different: throw .renamedState(id: id, atOffset: offset)
    case .full: throw .tooManyStates(atOffset: offset)
    }
    put(.state)
    put(UInt64(id))
    put(UInt64(name.count))
    for byte in name { put(byte) }
  }

  /// Adds a record.
  ///
  /// - Throws: `.unnamedState`, `.threadNumberZero`; `.notWritten` from the sink. The record is not
  ///   in the capture then.
  public mutating func append(_ record: TraceRecord) throws(CaptureError) {
    try check(record)
    try makeRoom()
    switch record {
    case .event(let event):
      put(.event)
      put(event.thread)
      put(UInt64(event.state))
      put(time: event.time)
    case .fork(let parent, let child, let time):
      put(.fork)
      put(parent)
      put(child)
      put(time: time)
    case .exec(let thread, let name, let time):
      put(.exec)
      put(thread)
      put(UInt64(name.count))
      for index in 0..<name.count { put(name[index]) }
      put(time: time)
    case .exit(let thread, let time):
      put(.exit)
      put(thread)
      put(time: time)
    case .lost(let count, let thread, let time):
      put(.lost)
      put(count)
      put(thread ?? ThreadID(pid: 0, tid: 0))
      put(time: time)
    }
  }

  /// Ends the block and gives it to the sink, so that all records up to here can be read.
  ///
  /// The first call gives the header as well, even where there is no record yet.
  ///
  /// - Throws: `.notWritten` where the sink refused. The bytes stay, and a later call offers them
  ///   again; whatever the sink did write of them has to be removed before that.
  public mutating func flush() throws(CaptureError) {
    let payloadStart = blockStart + CaptureLayout.blockHeaderLength
    let hasRecords = position > payloadStart
    if hasRecords { storeBlockHeader(payload: payloadStart..<position) }
    let end = hasRecords ? position : blockStart
    if end == 0 { return }
    guard sink(UnsafeRawBufferPointer(rebasing: buffer[0..<end])) else {
      throw .notWritten(atOffset: bytesOut)
    }
    bytesOut += UInt64(end)
    blockStart = 0
    position = CaptureLayout.blockHeaderLength
    previousTime = 0
  }
}

extension CaptureWriter {
  private var offset: UInt64 { bytesOut + UInt64(position) }

  private func check(_ record: TraceRecord) throws(CaptureError) {
    switch record {
    case .event(let event):
      try check(event.thread)
      guard names.contains(event.state) else {
        throw .unnamedState(id: event.state, atOffset: offset)
      }
    case .fork(let parent, let child, _):
      try check(parent)
      try check(child)
    case .exec(let thread, _, _), .exit(let thread, _):
      try check(thread)
    case .lost(_, let thread, _):
      if let thread { try check(thread) }
    }
  }

  private func check(_ thread: ThreadID) throws(CaptureError) {
    guard thread.pid != 0 && thread.tid != 0 else { throw .threadNumberZero(atOffset: offset) }
  }

  private mutating func makeRoom() throws(CaptureError) {
    let longestRecord =
      Self.smallestBuffer - CaptureLayout.headerLength
      - CaptureLayout.blockHeaderLength
    let payload = position - blockStart - CaptureLayout.blockHeaderLength
    if buffer.count - position < longestRecord
      || CaptureLayout.longestPayload - payload < longestRecord
    {
      try flush()
    }
  }

  private mutating func put(_ byte: UInt8) {
    buffer[position] = byte
    position += 1
  }

  private mutating func put(_ tag: CaptureLayout.Tag) { put(tag.rawValue) }

  private mutating func put(_ thread: ThreadID) {
    put(UInt64(thread.pid))
    put(UInt64(thread.tid))
  }

  /// LEB128, shortest form.
  private mutating func put(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      put(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    put(UInt8(truncatingIfNeeded: rest))
  }

  /// The difference to the time before, modulo 2^64, zigzag-coded: small either way.
  private mutating func put(time: UInt64) {
    let difference = Int64(bitPattern: time &- previousTime)
    put(UInt64(bitPattern: (difference &<< 1) ^ (difference &>> 63)))
    previousTime = time
  }

  private func storeFileHeader() {
    for index in 0..<8 { buffer[index] = CaptureLayout.magic[index] }
    store(CaptureLayout.majorVersion, at: 8)
    store(CaptureLayout.minorVersion, at: 10)
    store(checksum(0..<12), at: 12)
  }

  private func storeBlockHeader(payload: Range<Int>) {
    store(UInt32(payload.count), at: blockStart)
    store(checksum(payload), at: blockStart + 4)
    store(checksum(blockStart..<(blockStart + 8)), at: blockStart + 8)
  }

  private func checksum(_ range: Range<Int>) -> UInt32 {
    CRC32.of(UnsafeRawBufferPointer(rebasing: buffer[range]))
  }

  private func store<T: FixedWidthInteger & BitwiseCopyable>(_ number: T, at offset: Int) {
    buffer.storeBytes(of: number.littleEndian, toByteOffset: offset, as: T.self)
  }
}
