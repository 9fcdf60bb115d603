import Foundation

/// The files that inputs named by a user stand for.
public enum InputFiles {
  /// A directory is all files in it, at any depth, in order of their paths, numbers as numbers and a rotation
  /// as it was recorded (`InputName`); hidden ones are left out, and so are pipes and devices, which may
  /// never end. A directory that links lead to more than once counts once.
  ///
  /// - Throws: `.missingInput`, also for a name that is not UTF-8; `.emptyInput` for a directory without
  ///   files; `.system`.
  public static func expand(_ paths: [String]) throws(TraceDataError) -> [String] {
    var files: [String] = []
    for path in paths {
      if path == "-" {
        files.append(path)
        continue
      }
      var status = stat()
      guard stat(path, &status) == 0 else { throw .unreachable(path, call: "stat", code: errno) }
      if status.st_mode & S_IFMT == S_IFDIR {
        var visited: Set = [FileIdentity(status)]
        let found = try filesBelow(path, &visited)
        if found.isEmpty { throw .emptyInput(path: path) }
        files += found
      } else {
        files.append(path)
      }
    }
    return files
  }

  /// A name without the ending of what packed the file.
  public static func unpackedName(_ name: String) -> Substring {
    name.hasSuffix(".gz") || name.hasSuffix(".xz") ? name.dropLast(3) : name[...]
  }

  /// Whether the input is a file that can be read again from its start: no pipe and no device.
  public static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  private static func filesBelow(
    _ directory: String, _ visited: inout Set<FileIdentity>
  ) throws(TraceDataError) -> [String] {
    let entries: [String]
    do {
      entries = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw .system(path: directory, call: "list", code: EACCES)
    }
    let base = directory.hasSuffix("/") ? directory : directory + "/"
    var files: [String] = []
    for entry in entries.map(InputName.init).sorted().map(\.text) where !entry.hasPrefix(".") {
      var status = stat()
      guard stat(base + entry, &status) == 0 else {
        let code = errno
        // A link that leads nowhere is no trace; a name that is not UTF-8 may be one, and cannot be opened.
        guard lstat(base + entry, &status) == 0, [ENOENT, ENOTDIR, ELOOP].contains(code) else {
          throw .unreachable(base + entry, call: "stat", code: code)
        }
        continue
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        guard visited.insert(FileIdentity(status)).inserted else { continue }
        files += try filesBelow(base + entry, &visited)
      } else if status.st_mode & S_IFMT == S_IFREG {
        files.append(base + entry)
      }
    }
    return files
  }
}
