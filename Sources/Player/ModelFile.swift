import CPlatform
import ModelFormat

/// Loads a blob into memory of the player's own, so that nothing changes under it after the check.
enum ModelFile {
  /// No blob within the limits of its dimensions is longer.
  private static let longest = 1 << 28

  /// - Throws: `.cannotOpen`, `.cannotRead`, `.notAFile`, `.emptyFile`, `.noMemory`, `.model`.
  static func load(_ path: UnsafePointer<CChar>) throws(Failure) -> Model {
    try read(path).model
  }

  /// A blob and the memory that it is in.
  struct Loaded {
    let model: Model
    let memory: UnsafeMutableRawPointer
    let byteCount: Int

    /// Gives the memory back; the model must not be used any more.
    func release() { mle_unreserve(memory, byteCount) }
  }

  /// Loads a blob that may be given up later.
  ///
  /// - Throws: as `load`.
  static func read(_ path: UnsafePointer<CChar>) throws(Failure) -> Loaded {
    let descriptor = mle_open_whole_file(path)
    guard descriptor >= 0 else { throw .cannotOpen(code: -descriptor) }
    defer { _ = close(descriptor) }
    let length = Int(mle_file_length(descriptor))
    guard length >= 0 else { throw .notAFile }
    guard length > 0 else { throw .emptyFile }
    let capacity = min(length, longest)
    guard let memory = mle_reserve(capacity) else { throw .noMemory(byteCount: capacity) }
    do throws(Failure) {
      let filled = try readAll(descriptor, into: memory, capacity)
      return Loaded(model: try check(memory, filled), memory: memory, byteCount: capacity)
    } catch {
      mle_unreserve(memory, capacity)
      throw error
    }
  }

  private static func check(
    _ memory: UnsafeMutableRawPointer, _ count: Int
  ) throws(Failure) -> Model {
    do throws(ModelFormatError) {
      return try Model(bytes: UnsafeRawBufferPointer(start: memory, count: count))
    } catch {
      throw .model(error)
    }
  }
}
