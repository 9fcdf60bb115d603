import Foundation

/// A file without a name that is gone when it is closed, even by a crash.
final class TemporaryFile {
  private let target: String
  private let descriptor: Int32
  private var length = 0
  private var buffer: [UInt8] = []

  private static let bufferBytes = 1 << 20

  /// Makes the file in the directory of `target`, where there is room for the result as well.
  init(beside target: String) throws(TraceDataError) {
    self.target = target
    var template = Array((target + ".XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .system(path: target, call: "create", code: errno) }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Adds the values' bytes and says where they begin.
  func append<T: BitwiseCopyable>(_ values: [T]) throws(TraceDataError) -> Int {
    let offset = length + buffer.count
    values.withUnsafeBytes { buffer.append(contentsOf: $0) }
    if buffer.count >= Self.bufferBytes { try flush() }
    return offset
  }

  /// Writes what is still in memory; to be called before reading.
  func flush() throws(TraceDataError) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        pwrite(
          descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written,
          off_t(length + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(path: target, call: "write", code: errno) }
      written += count
    }
    length += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }

  /// The `count` values that were appended at `offset`.
  func read<T: BitwiseCopyable>(
    _ count: Int, at offset: Int, zero: T
  ) throws(TraceDataError) -> [T] {
    var values = [T](repeating: zero, count: count)
    let size = count * MemoryLayout<T>.stride
    var done = 0
    while done < size {
      let got = values.withUnsafeMutableBytes { bytes in
        pread(
          descriptor, bytes.baseAddress.map { $0 + done }, size - done, off_t(offset + done))
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { throw .system(path: target, call: "read", code: errno) }
      done += got
    }
    return values
  }
}
