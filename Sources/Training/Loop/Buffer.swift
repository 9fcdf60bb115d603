/// Numbers at a fixed, 64-byte aligned place, for several threads to work on.
///
/// Who writes where at a time is the business of the one who hands out the work.
final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  /// The first number.
  let base: UnsafeMutablePointer<Element>
  /// How many there are.
  let count: Int
  private let memory: UnsafeMutableRawPointer

  init(_ values: [Element]) {
    count = values.count
    memory = .allocate(
      byteCount: max(1, values.count) * MemoryLayout<Element>.stride, alignment: 64)
    base = memory.bindMemory(to: Element.self, capacity: max(1, values.count))
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { base.update(from: first, count: source.count) }
    }
  }

  convenience init(repeating value: Element, count: Int) {
    self.init([Element](repeating: value, count: count))
  }

  deinit { memory.deallocate() }

  /// A copy.
  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
