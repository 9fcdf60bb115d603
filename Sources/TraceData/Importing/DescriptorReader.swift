import Foundation

/// Reads a file or the standard input, and can look at its start first.
final class DescriptorReader {
  let path: String
  private let descriptor: Int32
  private var peeked: [UInt8] = []

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
    while peeked.count < count {
      var more = [UInt8](repeating: 0, count: count - peeked.count)
      let result = more.withUnsafeMutableBytes { buffer in
        Result { () throws(TraceDataError) in try fill(buffer) }
      }
      let got = try result.get()
      if got == 0 { break }
      peeked += more.prefix(got)
    }
    return peeked
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    if peeked.isEmpty { return try fill(buffer) }
    let count = min(peeked.count, buffer.count)
    buffer.copyBytes(from: peeked.prefix(count))
    peeked.removeFirst(count)
    return count
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw .system(path: path, call: "read", code: errno) }
    }
  }
}
