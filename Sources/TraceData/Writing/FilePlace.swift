/// Where a path's last name is. (Foundation's NSString traps at a name of one letter.)
public struct FilePlace: Hashable, Sendable {
  /// A path of the directory, `.` where the path names none.
  public let directory: String
  /// What the path calls the file there, empty where the path ends in a slash.
  public let name: String

  /// The place that a path names.
  public init(_ path: String) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    directory = slash.map { String(path[...$0]) } ?? "."
    name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }
}
