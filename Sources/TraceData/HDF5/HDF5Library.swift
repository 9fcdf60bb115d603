import CHDF5
import Foundation

/// The C library as a whole: one call at a time, and silent.
///
/// Whether the library was built for threads differs between systems, so a lock of our own makes
/// every entry safe. It is recursive because handles close inside other calls.
enum HDF5Library {
  private static let mutex = NSRecursiveLock()

  /// Keeps the library from closing at the process's end what is still open, before it is first used: every
  /// file is closed before, and one that could not be, for want of space, would crash it.
  private static let leavesAtExit = H5dont_atexit()

  /// How slices are read: numbers are converted in pieces of this many bytes. The library's own choice is a
  /// megabyte, which it clears for each slice, however short.
  static let transferProperties: hid_t = {
    let properties = H5Pcreate(mle_h5_dataset_transfer())
    return H5Pset_buffer(properties, 1 << 15, nil, nil) < 0
      ? mle_h5_default_properties() : properties
  }()

  /// Starts a stretch of calls; ends with `leave`.
  ///
  /// The library prints its error stack to stderr unless told not to, thread by thread.
  static func enter() {
    mutex.lock()
    _ = leavesAtExit
    H5Eset_auto2(mle_h5_error_stack(), nil, nil)
  }

  static func leave() { mutex.unlock() }

  /// The innermost reason of the last failure on this thread, such as `unable to open file`.
  static func lastReason() -> String {
    var reason: String?
    _ = withUnsafeMutablePointer(to: &reason) { reason in
      H5Ewalk2(
        mle_h5_error_stack(), H5E_WALK_UPWARD,
        { depth, entry, context in
          if depth == 0, let text = entry?.pointee.desc, let context {
            context.assumingMemoryBound(to: String?.self).pointee = String(cString: text)
          }
          return 0
        }, reason)
    }
    return reason.flatMap { $0.isEmpty ? nil : systemsWords(in: $0) ?? $0 } ?? "no reason given"
  }

  /// What the operating system said, such as `No space left on device`, without the time, the addresses
  /// and the line break that the library puts around it.
  private static func systemsWords(in reason: String) -> String? {
    guard let begin = reason.range(of: "error message = '"),
      let end = reason.range(of: "'", range: begin.upperBound..<reason.endIndex)
    else { return nil }
    return String(reason[begin.upperBound..<end.lowerBound])
  }
}
