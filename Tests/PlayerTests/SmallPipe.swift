import Foundation

/// A pipe with room for 8192 bytes, whose writing end waits.
final class SmallPipe {
  let reader: Int32
  let writer: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0, fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, 8192) == 8192 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPIPE)
    }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// All that is in it; something must be.
  func read() -> String {
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = Foundation.read(reader, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}
