/// Memory for floats that grows to the largest size asked for and stays.
final class FloatBuffer {
  private var memory = UnsafeMutablePointer<Float>.allocate(capacity: 0)
  private var capacity = 0

  /// A zeroed buffer.
  init(count: Int = 0) { reserve(count) }

  deinit { memory.deallocate() }

  /// At least `count` floats. If the buffer has to grow, what was there before is lost and all are zeros.
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
