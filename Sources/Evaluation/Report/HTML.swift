/// The few things that make text into markup.
enum HTML {
  /// Text from outside, fit for an element and for an attribute in quotes. What cannot be shown, such
  /// as a control character, is shown as the replacement character.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        let isControl = character.value < 0x20 || (0x7f...0x9f).contains(character.value)
        result.unicodeScalars.append(isControl ? "\u{fffd}" : character)
      }
    }
    return result
  }

  /// A table row; the cells are markup already. The first one names the row.
  static func row(_ cells: [String]) -> String {
    let rest = cells.dropFirst().map { "<td>\($0)</td>" }.joined()
    return "<tr><th scope=\"row\">\(cells.first ?? "")</th>\(rest)</tr>"
  }

  /// A table; heads and cells are markup already.
  static func table(_ heads: [String], _ rows: [[String]], class name: String = "") -> String {
    let head = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let attribute = name.isEmpty ? "" : " class=\"\(name)\""
    return "<div class=\"scroll\"><table\(attribute)><thead><tr>\(head)</tr></thead><tbody>\n"
      + rows.map(row).joined(separator: "\n") + "\n</tbody></table></div>"
  }

  /// Something that is shown when it is asked for; the summary is markup already.
  static func details(_ summary: String, _ content: String, isOpen: Bool = false) -> String {
    "<details\(isOpen ? " open" : "")><summary>\(summary)</summary>\n\(content)\n</details>"
  }
}
