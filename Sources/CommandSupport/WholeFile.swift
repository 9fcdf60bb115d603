import Foundation

/// Files that fit into memory, such as blobs.
public enum WholeFile {
  /// All bytes of a file.
  ///
  /// - Throws: `FileError` where there is nothing to read.
  public static func read(_ path: String) throws(FileError) -> Data {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      let isDirectory = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(
        path, .noInput, "is a \(isDirectory ? "directory" : "pipe or device"); name a file")
    }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      switch (error as? CocoaError)?.code {
      case .fileNoSuchFile, .fileReadNoSuchFile:
        throw FileError(path, .noInput, "does not exist; check the name")
      case .fileReadNoPermission:
        throw FileError(path, .noPermission, "may not be read; check its permissions")
      default: throw FileError(path, .inputOutput, "cannot be read; is it a file?")
      }
    }
    if bytes.isEmpty { throw FileError(path, .noInput, "is empty; name another file") }
    return bytes
  }
}
