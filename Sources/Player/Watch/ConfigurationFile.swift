import CPlatform

/// The words that a configuration file stands for, as if they were on the command line.
///
/// A line is `key = value`, where `key` is the name of an option without its dashes; blank lines and
/// lines that begin with `#` say nothing. An option without a value takes `yes` or `no`.
struct ConfigurationFile {
  /// As C's `main` gets them, after the program and its command; they live as long as the process.
  let words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  let count: Int
  private let lines: [Int]

  /// What is wrong with a line.
  enum Mistake: Error, Equatable {
    case noEqualsSign(line: Int)
    case noKey(line: Int)
    case noValue(line: Int)
    case notYesOrNo(line: Int)
    case zeroByte(line: Int)
    /// No command line of a device should be in a file.
    case notInFile(line: Int)

    var line: Int {
      switch self {
      case .noEqualsSign(let line), .noKey(let line), .noValue(let line), .notYesOrNo(let line),
        .zeroByte(let line), .notInFile(let line):
        line
      }
    }
  }

  /// On which line the word at `index` is, from 1.
  func line(ofWord index: Int) -> Int { lines[index] }

  init(parsing text: UnsafeRawBufferPointer) throws(Mistake) {
    var words: [UnsafeMutablePointer<CChar>?] = []
    var lines: [Int] = []
    var (start, line) = (0, 1)
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      let content = Self.trimmed(text, start..<end)
      if !content.isEmpty, text[content.lowerBound] != 0x23 {
        for word in try Self.parse(text, content, line) {
          words.append(word)
          lines.append(line)
        }
      }
      start = end + 1
      line += 1
    }
    count = words.count
    self.lines = lines
    self.words = .allocate(capacity: words.count + 1)
    for (index, word) in words.enumerated() { (self.words + index).initialize(to: word) }
    (self.words + words.count).initialize(to: nil)
  }

  private static func parse(
    _ text: UnsafeRawBufferPointer, _ range: Range<Int>, _ line: Int
  ) throws(Mistake) -> [UnsafeMutablePointer<CChar>] {
    guard !text[range].contains(0) else { throw .zeroByte(line: line) }
    guard let sign = text[range].firstIndex(of: 0x3d) else { throw .noEqualsSign(line: line) }
    let key = trimmed(text, range.lowerBound..<sign)
    let value = trimmed(text, (sign + 1)..<range.upperBound)
    if key.isEmpty { throw .noKey(line: line) }
    if value.isEmpty { throw .noValue(line: line) }
    let option = copy(text, key, prefix: "--")
    if Arguments.matches(option, "--exec") || Arguments.matches(option, "--config") {
      throw .notInFile(line: line)
    }
    let word = copy(text, value, prefix: "")
    guard WatchOptions.isSwitch(option) else { return [option, word] }
    if Arguments.matches(word, "yes") { return [option] }
    if Arguments.matches(word, "no") { return [] }
    throw .notYesOrNo(line: line)
  }

  private static func trimmed(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(text[start]) { start += 1 }
    while end > start, isBlank(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  private static func copy(
    _ text: UnsafeRawBufferPointer, _ range: Range<Int>, prefix: StaticString
  ) -> UnsafeMutablePointer<CChar> {
    let first = prefix.utf8CodeUnitCount
    let word = UnsafeMutablePointer<CChar>.allocate(capacity: first + range.count + 1)
    word.initialize(repeating: 0, count: first + range.count + 1)
    for index in 0..<first { word[index] = CChar(bitPattern: prefix.utf8Start[index]) }
    for (index, byte) in text[range].enumerated() { word[first + index] = CChar(bitPattern: byte) }
    return word
  }
}
