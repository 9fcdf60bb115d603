/// The name of a file or directory, as the names of a directory are ordered: numbers within names are
/// numbers (`run-2` before `run-10`), and the files of a rotation come as they were recorded (`day.mlt`,
/// `day.1.mlt`, `day.2.mlt`, packed or not).
struct InputName: Comparable {
  let text: String
  /// What dots separate, without the endings: `day` and `day.1` are neighbours, whatever `day-1` is.
  private let parts: [Substring.UTF8View]

  init(_ text: String) {
    self.text = text
    parts = CaptureName.stem(of: text).split(separator: ".", omittingEmptySubsequences: false)
      .map(\.utf8)
  }

  static func < (a: InputName, b: InputName) -> Bool {
    for (x, y) in zip(a.parts, b.parts) {
      if isLess(x, y) { return true }
      if isLess(y, x) { return false }
    }
    if a.parts.count != b.parts.count { return a.parts.count < b.parts.count }
    return a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
  }

  static func == (a: InputName, b: InputName) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

  /// Byte by byte, but for digits in a row, which are one number of any length.
  private static func isLess(_ a: Substring.UTF8View, _ b: Substring.UTF8View) -> Bool {
    var (a, b) = (a[...], b[...])
    while let x = a.first, let y = b.first {
      if isDigit(x), isDigit(y) {
        let (m, n) = (takeNumber(&a), takeNumber(&b))
        if m.count != n.count { return m.count < n.count }
        if !m.elementsEqual(n) { return m.lexicographicallyPrecedes(n) }
      } else {
        if x != y { return x < y }
        a.removeFirst()
        b.removeFirst()
      }
    }
    return a.isEmpty && !b.isEmpty
  }

  /// The digits at the start, without leading zeros.
  private static func takeNumber(_ text: inout Substring.UTF8View) -> Substring.UTF8View {
    let digits = text.prefix(while: isDigit)
    text = text[digits.endIndex...]
    return digits.drop { $0 == 0x30 }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
