import CHDF5
import Foundation

/// Strings of variable length, read by a child process (`strings.h`).
enum VariableStrings {
  /// Why there are none.
  struct Failure: Error {
    let reason: String
  }

  /// Writes a pointer for each string; negative where it fails.
  typealias Fill = (UnsafeMutableRawPointer) -> herr_t

  /// Processor time that the child may take, in seconds: far more than sound files need.
  private static let seconds: UInt32 = 60

  /// The bytes of `count` strings.
  static func read(_ count: Int, _ fill: @escaping Fill) throws(Failure) -> [ArraySlice<UInt8>] {
    var fill = fill
    var descriptor: Int32 = -1
    let child = withUnsafeMutablePointer(to: &fill) { fill in
      mle_h5_strings_from_child(
        { context, buffer in
          guard let context, let buffer else { return -1 }
          return context.assumingMemoryBound(to: Fill.self).pointee(buffer)
        }, fill, count, seconds, &descriptor)
    }
    guard child >= 0 else { throw Failure(reason: "fork: \(String(cString: strerror(errno)))") }
    let bytes = all(from: descriptor)
    close(descriptor)
    let end = mle_trial_end(child)
    if end > 0 { throw Failure(reason: "damaged: signal \(end)") }
    guard end == 0, let strings = parse(bytes, count) else {
      throw Failure(reason: "its strings cannot be read")
    }
    return strings
  }

  private static func all(from descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = Foundation.read(descriptor, &buffer, buffer.count)
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { return bytes }
      bytes += buffer[..<got]
    }
  }

  /// Each string has its length before it, in 8 bytes.
  private static func parse(_ bytes: [UInt8], _ count: Int) -> [ArraySlice<UInt8>]? {
    var strings: [ArraySlice<UInt8>] = []
    strings.reserveCapacity(count)
    var rest = bytes[...]
    for _ in 0..<count {
      guard rest.count >= 8 else { return nil }
      let length = rest.prefix(8).withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      rest = rest.dropFirst(8)
      guard length <= rest.count else { return nil }
      strings.append(rest.prefix(Int(length)))
      rest = rest.dropFirst(Int(length))
    }
    return strings
  }
}
