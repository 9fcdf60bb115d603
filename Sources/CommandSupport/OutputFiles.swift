import TraceData

/// The files that a command makes, before it makes them.
public enum OutputFiles {
  /// Checks that no output takes the place of an input or of another output, by whatever path, nor that
  /// what it is called until it is whole does.
  ///
  /// - Throws: `UsageError` naming the first that does.
  public static func check(
    _ outputs: [String?], inputs: [String?]
  ) throws(UsageError) {
    var taken: [Place: String] = [:]
    for input in inputs.compactMap({ $0 }) { taken[Place(input)] = input }
    for output in outputs.compactMap({ $0 }) {
      let places = [output, output + ".tmp"].map { Place($0) }
      if let other = places.lazy.compactMap({ taken[$0] }).first {
        throw UsageError("\(output): would take the place of \(other); name another output")
      }
      for place in places { taken[place] = output }
    }
  }

  /// Where a path leads: to a file, or, where there is none yet, to a name in a directory.
  private enum Place: Hashable {
    case file(FileIdentity)
    case name(String, in: FileIdentity)
    case nowhere(String)

    init(_ path: String) {
      let place = FilePlace(path)
      if let file = FileIdentity(path) {
        self = .file(file)
      } else if let directory = FileIdentity(place.directory) {
        self = .name(place.name, in: directory)
      } else {
        self = .nowhere(path)
      }
    }
  }
}
