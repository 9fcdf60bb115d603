/// Cuts pieces of text of any size, as they come from a pipe or a file, into lines.
///
/// It holds one line; nothing is allocated after `init`.
public struct LineReader: ~Copyable {
  private let buffer: UnsafeMutableRawBufferPointer
  private var filled = 0
  private var isComplete = false
  private var isSkipping = false
  /// The number of the line given or refused last, from 1.
  public private(set) var lineNumber: UInt64 = 0

  /// A line and a carriage return.
  private static let capacity = TraceLine.maximumLength + 1

  /// A reader at the beginning of a text.
  public init() { buffer = .allocate(byteCount: Self.capacity, alignment: 1) }

  deinit { buffer.deallocate() }

  /// The next line, without its `\n`; nil where `input` is used up and more is needed.
  ///
  /// The bytes are valid until the next call, and as long as those of `input`.
  ///
  /// - Parameter input: the next bytes of the text; what was taken is removed from its beginning.
  /// - Throws: `.lineTooLong`; reading may go on and finds the line after it.
  public mutating func next(
    _ input: inout UnsafeRawBufferPointer
  ) throws(TraceTextError) -> UnsafeRawBufferPointer? {
    let end = input.firstIndex(of: UInt8(ascii: "\n"))
    let piece = UnsafeRawBufferPointer(rebasing: input[..<(end ?? input.count)])
    input = UnsafeRawBufferPointer(rebasing: input[(end.map { $0 + 1 } ?? input.count)...])
    if isSkipping {
      isSkipping = end == nil
      return end == nil ? nil : try next(&input)
    }
    if isComplete { filled = 0 }
    isComplete = end != nil
    if isComplete { lineNumber += 1 }
    guard filled + piece.count <= Self.capacity else {
      if !isComplete { lineNumber += 1 }
      isSkipping = !isComplete
      filled = 0
      throw .lineTooLong
    }
    if filled == 0 && isComplete { return piece }
    UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: piece)
    filled += piece.count
    return isComplete ? UnsafeRawBufferPointer(rebasing: buffer[..<filled]) : nil
  }

  /// At the end of the text: the last line where it has no `\n`, else nil.
  public mutating func last() -> UnsafeRawBufferPointer? {
    if isComplete || isSkipping || filled == 0 { return nil }
    isComplete = true
    lineNumber += 1
    return UnsafeRawBufferPointer(rebasing: buffer[..<filled])
  }
}
