/// Something about a data set that its owner should know.
public struct LintFinding: Encodable, Equatable, Sendable {
  /// How bad it is.
  public enum Level: String, Encodable, Sendable {
    /// The data contradict themselves: what is made of them cannot be trusted.
    case problem
    /// They can be used, but results may not be what they seem.
    case warning
    /// A fact to know.
    case note
  }

  /// How bad it is.
  public let level: Level
  /// What was looked at: `times`, `labels`, ...
  public let check: String
  /// What is so.
  public let fact: String
  /// What to do about it.
  public let remedy: String

  init(_ level: Level, _ check: String, _ fact: String, _ remedy: String) {
    self.level = level
    self.check = check
    self.fact = fact
    self.remedy = remedy
  }
}
