/// The first bytes of an input, which were looked at before they are read.
struct PeekedBytes {
  /// Writes the next bytes, and says how many; 0 at the end.
  typealias Fill = (UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int

  private var bytes: [UInt8] = []

  /// The first bytes, fewer where there are no more; they are read again afterwards.
  mutating func peek(_ count: Int, _ fill: Fill) throws(TraceDataError) -> [UInt8] {
    while bytes.count < count {
      var more = [UInt8](repeating: 0, count: count - bytes.count)
      let result = more.withUnsafeMutableBytes { buffer in
        Result { () throws(TraceDataError) in try fill(buffer) }
      }
      let got = try result.get()
      if got == 0 { break }
      bytes += more.prefix(got)
    }
    return bytes
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer, _ fill: Fill
  ) throws(TraceDataError) -> Int {
    if bytes.isEmpty { return try fill(buffer) }
    let count = min(bytes.count, buffer.count)
    buffer.copyBytes(from: bytes.prefix(count))
    bytes.removeFirst(count)
    return count
  }
}
