/// Memory as a C caller has it: aligned, with any contents, and with a margin that must stay as it is.
final class CallerMemory {
  let count: Int
  private let whole: UnsafeMutableRawBufferPointer
  private static let margin = 64
  private static let filling: UInt8 = 0xa5

  init(count: Int) {
    self.count = count
    whole = .allocate(byteCount: count + 2 * Self.margin, alignment: 64)
    whole.initializeMemory(as: UInt8.self, repeating: Self.filling)
  }

  convenience init(_ bytes: [UInt8]) {
    self.init(count: bytes.count)
    UnsafeMutableRawBufferPointer(start: start, count: count).copyMemory(
      from: bytes.withUnsafeBytes { $0 })
  }

  deinit { whole.deallocate() }

  /// At a multiple of 64 bytes.
  var start: UnsafeMutableRawPointer? { whole.baseAddress.map { $0 + Self.margin } }

  /// Whether nothing was written beside the memory.
  var isMarginIntact: Bool {
    whole.prefix(Self.margin).allSatisfy { $0 == Self.filling }
      && whole.dropFirst(Self.margin + count).allSatisfy { $0 == Self.filling }
  }
}
