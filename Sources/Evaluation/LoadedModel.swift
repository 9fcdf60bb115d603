import Foundation
import ModelFormat

/// A blob in memory of its own, for the tools of the workstation.
public final class LoadedModel: @unchecked Sendable {
  /// The detector: a view of `memory`, so whoever uses it keeps this object alive.
  let model: Model
  private let memory: UnsafeMutableRawBufferPointer

  /// Checks all of a blob.
  ///
  /// - Throws: the first thing that is wrong with it.
  public init(bytes: some Collection<UInt8>) throws(ModelFormatError) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes.count, 1), alignment: 64)
    memory.copyBytes(from: bytes)
    do throws(ModelFormatError) {
      model = try Model(
        bytes: UnsafeRawBufferPointer(rebasing: memory[..<bytes.count]))
    } catch {
      memory.deallocate()
      throw error
    }
    self.memory = memory
  }

  /// Hands the detector to `body`, for no longer than the call.
  public func withModel<R, E: Error>(_ body: (Model) throws(E) -> R) throws(E) -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(model)
  }

  deinit { memory.deallocate() }
}
