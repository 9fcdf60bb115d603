import Foundation
import TraceData

/// A file that is written piece by piece and appears under its name when it is whole.
public final class FileSink {
  private let path: String
  private let descriptor: Int32
  /// Nil for standard output.
  private let file: UnfinishedFile?
  /// Why the first piece that could not be written was not.
  public private(set) var failure: FileError?

  /// Starts a file beside `path`.
  ///
  /// - Throws: where it cannot be made.
  public init(creating path: String) throws(FileError) {
    do throws(SystemCallError) {
      let file = try UnfinishedFile(path)
      (self.path, descriptor, self.file) = (path, file.descriptor, file)
    } catch { throw FileError(path, error) }
  }

  private init(standardOutput descriptor: Int32) {
    path = "standard output"
    self.descriptor = descriptor
    file = nil
  }

  /// Standard output, which is never complete.
  public static func standardOutput() -> FileSink { FileSink(standardOutput: STDOUT_FILENO) }

  /// Writes all of a piece.
  ///
  /// - Returns: false where that failed; `failure` says why.
  public func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = Foundation.write(
        descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = SystemCallError(call: "write", code: errno)
        failure = failure ?? (file == nil ? .standardOutput : FileError(path, error))
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
    do throws(SystemCallError) {
      try file?.commit()
    } catch { throw FileError(path, error) }
  }

  /// Writes all of a piece.
  ///
  /// - Throws: where that failed.
  public func write(_ bytes: some Sequence<UInt8>) throws(FileError) {
    let isWritten = Array(bytes).withUnsafeBytes { append($0) }
    if !isWritten, let failure { throw failure }
  }
}
