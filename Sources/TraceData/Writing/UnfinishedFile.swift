import Foundation

/// A file that is being made: it has a temporary name beside its target until all of it is on the disk.
///
/// Without `commit` it is removed with this object, and, after `removeAllOnSignals`, by a signal that
/// ends the process.
public final class UnfinishedFile {
  /// Where it will be.
  public let path: String
  /// Where it is until then.
  public let temporaryPath: String
  /// Open for writing.
  public let descriptor: Int32
  private let listed: UnfinishedNames.Place?
  private var isCommitted = false

  /// Starts an empty file that `commit` will put at `path`, in the place of a file that may be there.
  ///
  /// - Throws: where it cannot be made, or where something other than a file is at `path`.
  public init(_ path: String) throws(SystemCallError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      // Nothing takes the place of a device such as /dev/null.
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw SystemCallError(call: "create", code: isDirectory ? EISDIR : EEXIST)
    }
    self.path = path
    temporaryPath = path + ".tmp"
    // Before it is there, so that it is never there unlisted.
    listed = UnfinishedNames.add(temporaryPath)
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw SystemCallError(call: "create", code: errno) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      if !isCommitted { unlink(temporaryPath) }
    }
    if let listed { UnfinishedNames.remove(listed) }
  }

  /// Gives the file its name; what was written is on the disk before.
  ///
  /// - Throws: where it cannot be completed.
  public func commit() throws(SystemCallError) {
    guard fsync(descriptor) == 0 else { throw SystemCallError(call: "fsync", code: errno) }
    guard rename(temporaryPath, path) == 0 else {
      throw SystemCallError(call: "rename", code: errno)
    }
    isCommitted = true
    try synchronizeDirectory()
  }

  /// So that the name is on the disk too.
  private func synchronizeDirectory() throws(SystemCallError) {
    let descriptor = open(FilePlace(path).directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // One that may be written may still not be read.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems know no fsync of a directory.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw SystemCallError(call: "fsync", code: errno)
    }
  }
}

/// A call to the operating system that failed.
public struct SystemCallError: Error {
  /// Which.
  public let call: String
  /// Its `errno`.
  public let code: Int32
}
