/// Memory for floats that grows to the largest size asked for and stays.
final class FloatBuffer {
  private var memory = UnsafeMutablePointer<Float>.allocate(capacity: 0)
  private var capacity = 0

  /// A zeroed buffer.
  init(count: Int = 0) {
    guard count > 0 else { return }
    reserve(count).update(repeating: 0, count: count)
  }

  deinit { memory.deallocate() }

  /// At least `count` floats. What was there before is lost if the buffer has to grow; new memory
  /// holds anything.
  @discardableResult
  func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
    if count > capacity {
      memory.deallocate()
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
      memory = raw.bindMemory(to: Float.self, capacity: count)
      memory.initialize(repeating: 0, count: count)
      capacity = count
    }
    return memory
  }

  /// The floats reserved last.
  var base: UnsafeMutablePointer<Float> { memory }
}
