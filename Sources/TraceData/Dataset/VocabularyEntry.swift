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

  /// Whether a blob can hold the name.
  static func isValidName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
  }
}
