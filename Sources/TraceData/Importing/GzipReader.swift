import CZlib

/// Unpacks gzip, also of several members one after the other.
final class GzipReader {
  private let source: DescriptorReader
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
  /// On the heap: zlib keeps the address.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isInMember = true

  /// 15 bits of window, and 16 for gzip's header.
  private static let windowBits: Int32 = 15 + 16

  init(_ source: DescriptorReader) throws(TraceDataError) {
    self.source = source
    stream.initialize(to: z_stream())
    let status = inflateInit2_(
      stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw damaged() }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  /// Reads up to `buffer.count` unpacked bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = uInt(buffer.count)
    while stream.pointee.avail_out == uInt(buffer.count) {
      if stream.pointee.avail_in == 0, try !refill() {
        guard !isInMember else {
          throw .damagedCompression(path: source.path, reason: "gzip ends early")
        }
        return 0
      }
      if !isInMember {
        inflateReset(stream)
        isInMember = true
      }
      switch inflate(stream, Z_NO_FLUSH) {
      case Z_OK: continue
      case Z_STREAM_END: isInMember = false
      default: throw damaged()
      }
    }
    return buffer.count - Int(stream.pointee.avail_out)
  }

  private func refill() throws(TraceDataError) -> Bool {
    let count = try source.read(into: input)
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_in = uInt(count)
    return count > 0
  }

  private func damaged() -> TraceDataError {
    let reason = stream.pointee.msg.map { String(cString: $0) } ?? "not gzip"
    return .damagedCompression(path: source.path, reason: reason)
  }
}
