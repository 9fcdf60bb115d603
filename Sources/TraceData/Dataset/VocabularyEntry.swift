import KernelTrace

/// A state of a data set: its index is its place in the vocabulary.
public struct VocabularyEntry: Equatable, Sendable {
  /// The id in the source's alphabet; 0 is unknown.
  public let id: UInt32
  /// The name, 1 to 64 bytes of printable ASCII.
  public let name: String

  /// A state.
  public init(id: UInt32, name: String) {
    self.id = id
    self.name = name
  }

  /// What every vocabulary begins with.
  public static let unknown = VocabularyEntry(id: 0, name: "unknown")

  /// Whether it is a name as `StateName` says.
  public static func isValidName(_ name: String) -> Bool {
    Array(name.utf8).withUnsafeBytes { StateName.isValid($0) }
  }
}
