import Foundation

/// Standard error, where a tool tells how it comes along.
///
/// What cannot be written is lost: no work is given up because nobody is there to hear of it.
public enum StandardError {
  /// Writes all of a text, if that can be done.
  public static func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
