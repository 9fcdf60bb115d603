import Foundation

/// The bytes of an input: a file, unpacked where it begins like gzip or xz, or the standard input.
public final class ByteSource {
  /// The input, as the caller named it; `-` is the standard input.
  public let path: String
  /// How many bytes were read, unpacked.
  public private(set) var bytesRead = 0
  /// Called after each piece of `forEachChunk`.
  public var progress: (() -> Void)?

  private let input: DescriptorReader
  private let unpacker: Unpacker
  private var peeked = PeekedBytes()

  private enum Unpacker {
    case none
    case gzip(GzipReader)
    case xz(UnpackingProcess)
  }

  /// Opens an input.
  ///
  /// - Throws: `.missingInput`, `.system`, `.damagedCompression`, `.missingUnpacker`;
  ///   `.packedStandardInput` for xz on the standard input.
  public init(path: String) throws(TraceDataError) {
    self.path = path
    input = try DescriptorReader(path: path)
    let start = try input.peek(6)
    if start.starts(with: [0x1f, 0x8b]) {
      unpacker = .gzip(try GzipReader(input))
    } else if start == [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] {
      guard path != "-" else {
        throw .packedStandardInput(path: path, program: "xz")
      }
      unpacker = .xz(try UnpackingProcess(program: "xz", path: path))
    } else {
      unpacker = .none
    }
  }

  /// The first bytes, unpacked, fewer where there are no more; they are read again afterwards.
  ///
  /// - Throws: `.system`, `.damagedCompression`.
  public func peek(_ count: Int) throws(TraceDataError) -> [UInt8] {
    try peeked.peek(count, unpack)
  }

  /// Reads up to `buffer.count` bytes; 0 at the end.
  ///
  /// - Throws: `.system`, `.damagedCompression`.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(TraceDataError) -> Int {
    let count = try peeked.read(into: buffer, unpack)
    bytesRead += count
    return count
  }

  private func unpack(
    _ buffer: UnsafeMutableRawBufferPointer
  ) throws(TraceDataError) -> Int {
    switch unpacker {
    case .none: try input.read(into: buffer)
    case .gzip(let reader): try reader.read(into: buffer)
    case .xz(let process): try process.read(into: buffer)
    }
  }

  /// Calls `body` with one piece after the other until the end.
  ///
  /// - Throws: as `read(into:)`, and what `body` throws.
  public func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer)
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      progress?()
    }
  }
}
