import CPlatform
import KernelTrace
import LiveTrace

/// The capture that is being recorded: one file, or several one after the other.
///
/// Files are only appended to, whole blocks at a time, so that whatever was written is readable,
/// whenever power is cut. What cannot be written as a whole is taken back; not on standard output, which
/// may be a file with something of others.
struct CaptureFiles: ~Copyable {
  private let path: UnsafePointer<CChar>
  private let rotateBytes: UInt64
  private let rotateNanoseconds: UInt64
  private let buffer: UnsafeMutableRawBufferPointer
  private let state: UnsafeMutablePointer<FileState>
  private var writer: CaptureWriter
  private var startTime: UInt64
  private var flushTime: UInt64
  /// How many files were begun.
  private(set) var fileCount = 1
  /// That of the file, 0 for the first.
  private var number: UInt32 = 0

  /// What the writer's sink knows.
  struct FileState {
    var descriptor: Int32
    var length: UInt64 = 0
    /// All files together.
    var totalLength: UInt64 = 0
    var code: Int32 = 0
  }

  /// What an interruption can lose besides the last second.
  private static let bufferLength = 1 << 16
  private static let flushInterval: UInt64 = 1_000_000_000

  /// Begins the first file.
  static func beginning(
    _ options: RecordOptions, at time: UInt64
  ) throws(Failure) -> CaptureFiles {
    guard let path = options.file else { throw .cannotCreate(code: 2) }
    var descriptor = Arguments.matches(path, "-") ? 1 : mle_create_file(path)
    if descriptor == -17 { descriptor = mle_open_sink(path) }  // EEXIST
    guard descriptor >= 0 else { throw .cannotCreate(code: -descriptor) }
    var files = CaptureFiles(path, descriptor, options, at: time)
    // A file that is cut off here is a capture without a record.
    try files.flush()
    return files
  }

  private init(
    _ path: UnsafePointer<CChar>, _ descriptor: Int32, _ options: RecordOptions, at time: UInt64
  ) {
    self.path = path
    rotateBytes = options.rotateBytes
    rotateNanoseconds = options.rotateSeconds * 1_000_000_000
    buffer = .allocate(byteCount: Self.bufferLength, alignment: 16)
    state = .allocate(capacity: 1)
    state.initialize(to: FileState(descriptor: descriptor))
    writer = Self.writer(buffer, state)
    (startTime, flushTime) = (time, time)
  }

  deinit {
    if state.pointee.descriptor > 2 { _ = close(state.pointee.descriptor) }
    buffer.deallocate()
    state.deallocate()
  }

  /// Bytes of all files together.
  var length: UInt64 { state.pointee.totalLength }

  private static func writer(
    _ buffer: UnsafeMutableRawBufferPointer, _ state: UnsafeMutablePointer<FileState>
  ) -> CaptureWriter {
    CaptureWriter(buffer: buffer) { Self.write($0, state) }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, _ state: UnsafeMutablePointer<FileState>
  ) -> Bool {
    let descriptor = state.pointee.descriptor
    var rest = bytes
    while rest.count > 0 {
      let count = writeSome(of: rest, to: descriptor)
      guard count > 0 else {
        state.pointee.code = -Int32(count)
        if descriptor > 2 { _ = mle_truncate(descriptor, state.pointee.length) }
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    state.pointee.length += UInt64(bytes.count)
    state.pointee.totalLength += UInt64(bytes.count)
    return true
  }

  /// Once it is to end, only what its reader makes room for within a second.
  ///
  /// - Returns: how many bytes, or minus the errno; EINTR: it is to end, and nobody reads.
  private static func writeSome(
    of bytes: UnsafeRawBufferPointer, to descriptor: Int32
  ) -> Int {
    while true {
      let isEnding = mle_stop_signal() != 0
      if isEnding, !waitForReader(descriptor) { return -4 }
      // A pipe that is writable has room for so much.
      let length = isEnding ? min(bytes.count, 4096) : bytes.count
      let count = CPlatform.write(descriptor, bytes.baseAddress, length)
      if count >= 0 { return count }
      if mle_errno() != 4 { return -Int(mle_errno()) }
    }
  }

  /// Whether a reader makes room within a second.
  private static func waitForReader(_ descriptor: Int32) -> Bool {
    for _ in 0..<1000 {
      if mle_is_writable(descriptor) != 0 { return true }
      mle_sleep_microseconds(1000)
    }
    return false
  }

  /// Adds a record; an event's state is named before its first use.
  mutating func append(_ record: TraceRecord) throws(Failure) {
    do throws(CaptureError) {
      if case .event(let event) = record, !writer.isNamed(event.state) {
        try Self.name(event.state, &writer)
      }
      try writer.append(record)
    } catch {
      throw failure(error)
    }
  }

  private static func name(
    _ state: UInt32, _ writer: inout CaptureWriter
  ) throws(CaptureError) {
    var name = InlineArray<64, UInt8>(repeating: 0)
    var result: CaptureError?
    withUnsafeMutableBytes(of: &name) { bytes in
      let count = SyscallAlphabet.writeName(of: state, into: bytes)
      do throws(CaptureError) {
        try writer.name(
          state: state, UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      } catch {
        result = error
      }
    }
    if let result { throw result }
  }

  /// Between batches of records: writes once a second what there is, and begins a new file when it
  /// is time; true if it did.
  mutating func keepUp(at time: UInt64) throws(Failure) -> Bool {
    let isDue = rotateNanoseconds > 0 && time &- startTime >= rotateNanoseconds
    if isDue || (rotateBytes > 0 && state.pointee.length >= rotateBytes) {
      try finish()
      try beginNextFile(at: time)
      return true
    } else if time &- flushTime >= Self.flushInterval {
      flushTime = time
      try finish()
    }
    return false
  }

  /// Removes the first file again: nothing is recorded. A pipe or a device, which was there before,
  /// stays.
  func abandon() {
    guard state.pointee.descriptor > 2, mle_file_mode(path) & 0o170000 == 0o100000 else { return }
    _ = mle_remove_file(path)
  }

  /// Writes all that there is, down to the disk.
  mutating func finish() throws(Failure) {
    try flush()
    let code = -mle_sync(state.pointee.descriptor)
    guard code == 0 else { throw .captureNotWritten(code: code) }
  }

  private mutating func flush() throws(Failure) {
    do throws(CaptureError) { try writer.flush() } catch { throw failure(error) }
  }

  private mutating func beginNextFile(at time: UInt64) throws(Failure) {
    var descriptor: Int32 = -17
    // EEXIST: of a recording before this one.
    while descriptor == -17 {
      number += 1
      let name = PathText(path, number: number)
      descriptor = name.withCString { mle_create_file($0) } ?? -2
    }
    guard descriptor >= 0 else { throw .cannotCreate(code: -descriptor) }
    fileCount += 1
    _ = close(state.pointee.descriptor)
    state.pointee.descriptor = descriptor
    state.pointee.length = 0
    writer = Self.writer(buffer, state)
    (startTime, flushTime) = (time, time)
    try flush()
  }

  private func failure(_ error: CaptureError) -> Failure {
    if case .notWritten = error { return .captureNotWritten(code: state.pointee.code) }
    return .capture(error)
  }
}

extension PathText {
  /// The path of a file that gets a number: `day.mlt` becomes `day.1.mlt`. Without that suffix, the
  /// number comes last.
  init(_ path: UnsafePointer<CChar>, number: UInt32) {
    var length = 0
    while path[length] != 0 { length += 1 }
    let hasSuffix = length > 4 && Arguments.matches(path + length - 4, ".mlt")
    self.init("")
    append(UnsafeRawBufferPointer(start: path, count: hasSuffix ? length - 4 : length))
    append(".")
    append(number)
    if hasSuffix { append(".mlt") }
  }
}
