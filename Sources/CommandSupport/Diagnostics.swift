/// What a tool says on standard error besides its progress.
public enum Diagnostics {
  /// A line, with the tool's name before it.
  public static func say(tool: String, _ text: String) {
    StandardError.write("\(tool): \(text)\n")
  }

  /// A line about something that works but should be looked at.
  public static func warn(tool: String, _ text: String) { say(tool: tool, "warning: \(text)") }
}
