import Foundation

/// Reads a file or the standard input, and can look at its start first.
final class DescriptorReader {
  let path: String
  private let descriptor: Int32
  private var peeked = PeekedBytes()

  init(path: String) throws(TraceDataError) {
    self.path = path
    if path == "-" {
      descriptor = STDIN_FILENO
      return
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(path, call: "open", code: errno) }
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// The first bytes, fewer where there are no more; they are read again afterwards.
  func peek(_ count: Int) throws(TraceDataError) -> [UInt8] {
    try peeked.peek(count, fill)
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    try peeked.read(into: buffer, fill)
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .system(path: path, call: "read", code: errno) }
    }
  }
}
