import Foundation

/// A file that is being made: it has a temporary name beside its target until all of it is on the disk.
///
/// It is locked: of two programs that make one file, the second is refused (`EBUSY`), and neither writes
/// into what the other has begun. Without `commit` it is removed with this object, and, after
/// `removeAllOnSignals`, by a signal that ends the process.
public final class UnfinishedFile {
  /// Where it will be, as the caller named it.
  public let path: String
  /// The same without symbolic links: what they point to is made, and they stay.
  private let target: String
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
    if path.isEmpty { throw SystemCallError(call: "create", code: ENOENT) }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      // Nothing takes the place of a device such as /dev/null.
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw SystemCallError(call: "create", code: isDirectory ? EISDIR : EEXIST)
    }
    self.path = path
    target = try Self.followed(path)
    temporaryPath = target + ".tmp"
    // Before it is there, so that it is never there unlisted.
    listed = UnfinishedNames.add(temporaryPath)
    descriptor = Self.openAlone(temporaryPath)
    if descriptor < 0 { throw SystemCallError(call: "create", code: errno) }
  }

  deinit {
    if descriptor >= 0 {
      // The name goes before the lock: afterwards it may be another program's.
      if !isCommitted { unlink(temporaryPath) }
      close(descriptor)
    }
    if let listed { UnfinishedNames.remove(listed) }
  }

  /// Gives the file its name; what was written is on the disk before.
  ///
  /// - Throws: where it cannot be completed.
  public func commit() throws(SystemCallError) {
    try synchronize()
    guard rename(temporaryPath, target) == 0 else {
      throw SystemCallError(call: "rename", code: errno)
    }
    isCommitted = true
    // Who opens it by its name may lock it, as HDF5 does, however long this object lives.
    flock(descriptor, LOCK_UN)
    try synchronizeDirectory()
  }

  private static func followed(_ path: String) throws(SystemCallError) -> String {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    if let target = realpath(path, nil) {
      defer { free(target) }
      return String(cString: target)
    }
    // What it points to is not there yet.
    guard errno == ENOENT,
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    else { throw SystemCallError(call: "create", code: errno) }
    return try followed(link.hasPrefix("/") ? link : FilePlace(path).directory + "/" + link)
  }

  /// Waits until what was written is on the disk.
  ///
  /// - Throws: where it does not get there.
  func synchronize() throws(SystemCallError) {
    guard fsync(descriptor) == 0 else { throw SystemCallError(call: "fsync", code: errno) }
  }

  /// An empty file of which this process has the lock; negative, with `errno`, where there is none.
  private static func openAlone(_ path: String) -> Int32 {
    while true {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
      if descriptor < 0 { return descriptor }
      // Some file systems know no locks.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      var status = stat()
      guard fstat(descriptor, &status) == 0, FileIdentity(status) == FileIdentity(path) else {
        // Another program has completed it or given it up since it was opened.
        close(descriptor)
        continue
      }
      if !isTaken, ftruncate(descriptor, 0) == 0 { return descriptor }
      let code = isTaken ? EBUSY : errno
      close(descriptor)
      errno = code
      return -1
    }
  }

  /// So that the name is on the disk too.
  private func synchronizeDirectory() throws(SystemCallError) {
    let descriptor = open(FilePlace(target).directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // One that may be written may still not be read.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems know no fsync of a directory.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw SystemCallError(call: "fsync", code: errno)
    }
  }
}
