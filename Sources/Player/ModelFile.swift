import CPlatform
import ModelFormat

/// Loads a blob into memory of the player's own, so that nothing changes under it after the check.
enum ModelFile {
  /// No blob within the limits of its dimensions is longer.
  private static let longest = 1 << 28

  /// - Throws: `.cannotOpen`, `.cannotRead`, `.notAFile`, `.emptyFile`, `.noMemory`, `.model`.
  static func load(_ path: UnsafePointer<CChar>) throws(Failure) -> Model {
    let descriptor = mle_open_for_reading(path)
    guard descriptor >= 0 else { throw .cannotOpen(code: mle_errno()) }
    defer { _ = close(descriptor) }
    let length = Int(mle_file_length(descriptor))
    guard length >= 0 else { throw .notAFile }
    guard length > 0 else { throw .emptyFile }
    let capacity = min(length, longest)
    guard let memory = mle_reserve(capacity) else { throw .noMemory(byteCount: capacity) }
    var filled = 0
    while filled < capacity {
      let count = read(descriptor, memory + filled, capacity - filled)
      if count == 0 { break }
      if count > 0 {
        filled += count
      } else if mle_errno() != 4 {  // EINTR
        throw .cannotRead(code: mle_errno())
      }
    }
    do throws(ModelFormatError) {
      return try Model(bytes: UnsafeRawBufferPointer(start: memory, count: filled))
    } catch {
      throw .model(error)
    }
  }
}
