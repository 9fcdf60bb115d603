import CPlatform

/// A small text file, whole.
enum TextFile {
  private static let longest = 1 << 16

  /// - Throws: `.cannotOpen`, `.cannotRead`, `.tooLong`, `.noMemory`.
  static func read(_ path: UnsafePointer<CChar>) throws(Failure) -> UnsafeRawBufferPointer {
    let descriptor = mle_open_for_reading(path)
    guard descriptor >= 0 else { throw .cannotOpen(code: -descriptor) }
    defer { _ = close(descriptor) }
    guard let memory = mle_reserve(longest) else { throw .noMemory(byteCount: longest) }
    let filled = try readAll(descriptor, into: memory, longest)
    guard filled < longest else { throw .tooLong(limit: longest) }
    return UnsafeRawBufferPointer(start: memory, count: filled)
  }
}
