/// The kinds of bytes that come from outside, each with what has to hold for any of them: for the
/// fuzzers and for the tests over kept inputs.
public enum Input: String, CaseIterable, Sendable {
  case blob, capture, line

  /// Gives the bytes to a reader, and what it reads back to the writer.
  ///
  /// - Returns: whether inputs like this one lead deep enough to go on from.
  /// - Throws: what does not hold.
  @discardableResult
  public func check(_ bytes: UnsafeRawBufferPointer) throws(Violation) -> Bool {
    switch self {
    case .blob: return try BlobCheck.check(bytes)
    case .capture: try CaptureCheck.check(bytes)
    case .line: try LineCheck.check(bytes)
    }
    return true
  }

  /// The same for libFuzzer: a violation ends the process, so that the input is kept; -1 keeps an
  /// input out of the corpus.
  public func checkOrTrap(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    do throws(Violation) {
      return try check(UnsafeRawBufferPointer(start: start, count: count)) ? 0 : -1
    } catch {
      preconditionFailure(error.law)
    }
  }
}
