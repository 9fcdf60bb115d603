@preconcurrency import Foundation

/// The three descriptors that a process begins with.
enum StandardStreams {
  /// Makes a reader that went away and a file that may not grow an error of write instead of a signal,
  /// and keeps files from taking the place of a stream that is closed: what is printed must not end up
  /// in a data set.
  static func prepare() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free descriptor is this one. Opened for what it is not used for, it still fails.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Hands what was printed to the kernel.
  ///
  /// - Throws: where any of it could not be written.
  static func finish() throws(FileError) {
    // Of what did not fit into the buffer, it is only the stream that remembers.
    guard fflush(stdout) == 0, ferror(stdout) == 0 else {
      throw .standardOutput
    }
  }
}

extension FileError {
  /// What is printed does not arrive.
  static let standardOutput = FileError(
    "standard output", .inputOutput, "cannot be written; make room or keep its reader running")
}
