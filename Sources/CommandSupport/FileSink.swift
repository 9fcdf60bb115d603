import Foundation

/// A file that is written piece by piece and appears under its name when it is whole.
public final class FileSink {
  private let path: String
  private let temporaryPath: String?
  private let descriptor: Int32
  private var isCommitted = false
  /// Why the first piece that could not be written was not.
  public private(set) var failure: FileError?

  /// Starts a file beside `path`.
  ///
  /// - Throws: where it cannot be made.
  public init(creating path: String) throws(FileError) {
    self.path = path
    let temporary = path + ".tmp"
    temporaryPath = temporary
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw Self.error(path) }
  }

  private init(standardOutput descriptor: Int32) {
    path = "standard output"
    temporaryPath = nil
    self.descriptor = descriptor
  }

  /// Standard output, which is never complete.
  public static func standardOutput() -> FileSink { FileSink(standardOutput: STDOUT_FILENO) }

  deinit {
    guard let temporaryPath else { return }
    close(descriptor)
    if !isCommitted { unlink(temporaryPath) }
  }

  /// Writes all of a piece.
  ///
  /// - Returns: false where that failed; `failure` says why.
  public func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = write(
        descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = failure ?? Self.error(path)
        return false
      }
      start += count
    }
    return true
  }

  /// Gives the file its name.
  ///
  /// - Throws: where it cannot be completed.
  public func commit() throws(FileError) {
    guard let temporaryPath else { return }
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else {
      throw Self.error(path)
    }
    isCommitted = true
  }

  private static func error(_ path: String) -> FileError {
    FileError(
      path, .inputOutput,
      "\(String(cString: strerror(errno))); check the path, its space and its permissions")
  }
}
