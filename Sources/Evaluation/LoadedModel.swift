import Foundation
import ModelFormat

/// A blob in memory of its own, for the tools of the workstation.
public final class LoadedModel: @unchecked Sendable {
  /// The detector.
  public let model: Model
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

  deinit { memory.deallocate() }
}
