/// What the command line asks for, if that is `score` or `info`.
struct Arguments {
  enum Command { case score, info }

  var command = Command.score
  /// The blob.
  var model: UnsafePointer<CChar>?
  /// A capture or a text file; standard input without one.
  var input: UnsafePointer<CChar>?
  var printsScores = false
  var printsDigest = false
  var explains = false
  /// Alerts to look for, of before.
  var replay: UnsafePointer<CChar>?
  var skipsSelfTest = false
  /// Threads told apart at a time.
  var processes = 256

  /// What is wrong with a command line; a number is that of the argument.
  enum Mistake: Error {
    case helpAsked, versionAsked, noCommand, noModel
    case noTarget, noOutput, rotatesStandardOutput
    case noValue(Int), secondTarget(Int)
    case badValue(Int, StaticString)
    case reachWithoutCgroup, syslogWhileObserving, fallbackOfNothing, secondModel
    case unknownCommand(Int), unknownOption(Int), notForThisCommand(Int), surplus(Int)

    /// The number of the argument that is wrong, where one is.
    var index: Int? {
      switch self {
      case .noValue(let index), .secondTarget(let index), .badValue(let index, _),
        .unknownCommand(let index), .unknownOption(let index), .notForThisCommand(let index),
        .surplus(let index):
        index
      case .helpAsked, .versionAsked, .noCommand, .noModel, .noTarget, .noOutput,
        .rotatesStandardOutput, .reachWithoutCgroup, .syslogWhileObserving, .fallbackOfNothing,
        .secondModel:
        nil
      }
    }
  }

  /// - Throws: `.helpAsked` or `.versionAsked` where one of the arguments asks for that.
  static func lookForHelp(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(Mistake) {
    for index in 1..<max(count, 1) {
      // What follows it is another program's.
      guard let text = arguments[index], !Self.matches(text, "--exec") else { break }
      if Self.matches(text, "--help") || Self.matches(text, "-h") { throw .helpAsked }
      if Self.matches(text, "--version") { throw .versionAsked }
    }
  }

  init(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(Mistake) {
    guard count > 1, let name = arguments[1] else { throw .noCommand }
    if Self.matches(name, "score") {
      command = .score
    } else if Self.matches(name, "info") {
      command = .info
    } else {
      throw .unknownCommand(1)
    }
    var index = 2
    while index < count, let text = arguments[index] {
      index += 1
      if Self.matches(text, "--processes") {
        guard index < count, let value = arguments[index] else { throw .noValue(index - 1) }
        processes = try Self.processes(value, index - 1)
        index += 1
      } else if try !takeReplay(text, count, arguments, &index) {
        try take(text, index - 1)
      }
    }
    guard model != nil else { throw .noModel }
  }

  /// Takes `--replay`, which is not for devices, and moves `index` past its value.
  private mutating func takeReplay(
    _ text: UnsafePointer<CChar>, _ count: Int,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ index: inout Int
  ) throws(Mistake) -> Bool {
    #if hasFeature(Embedded)
      return false
    #else
      guard Self.matches(text, "--replay") else { return false }
      guard command == .score else { throw .notForThisCommand(index - 1) }
      guard index < count, let value = arguments[index] else { throw .noValue(index - 1) }
      replay = UnsafePointer(value)
      index += 1
      return true
    #endif
  }

  private mutating func take(
    _ text: UnsafeMutablePointer<CChar>, _ index: Int
  ) throws(Mistake) {
    let isOption = text[0] == 0x2d && text[1] != 0
    if isOption {
      try takeOption(text, index)
    } else if model == nil {
      model = UnsafePointer(text)
    } else if input == nil && command == .score {
      input = UnsafePointer(text)
    } else {
      throw .surplus(index)
    }
  }

  private mutating func takeOption(
    _ text: UnsafeMutablePointer<CChar>, _ index: Int
  ) throws(Mistake) {
    if Self.matches(text, "--scores") {
      printsScores = true
    } else if Self.matches(text, "--digest") {
      printsDigest = true
    } else if Self.matches(text, "--explain") {
      explains = true
    } else if Self.matches(text, "--skip-self-test") {
      skipsSelfTest = true
    } else {
      throw .unknownOption(index)
    }
    if command == .info { throw .notForThisCommand(index) }
  }

  static func matches(_ text: UnsafePointer<CChar>, _ word: StaticString) -> Bool {
    word.withUTF8Buffer { bytes in
      for (index, byte) in bytes.enumerated() where UInt8(bitPattern: text[index]) != byte {
        return false
      }
      return text[bytes.count] == 0
    }
  }

  /// The value of `--processes`, which is the argument at `index`.
  static func processes(
    _ value: UnsafePointer<CChar>, _ index: Int
  ) throws(Mistake) -> Int {
    try number(value, 2...65_536, index, "a number from 2 to 65536")
  }

  /// The value of the option at `index`.
  @inline(never)
  static func number(
    _ value: UnsafePointer<CChar>, _ range: ClosedRange<Int>, _ index: Int,
    _ expected: StaticString
  ) throws(Mistake) -> Int {
    guard let number = number(value, digits: 10), range.contains(number) else {
      throw .badValue(index, expected)
    }
    return number
  }

  /// A decimal number of at most so many digits; nil where `Int` has no room for it.
  static func number(_ text: UnsafePointer<CChar>, digits: Int) -> Int? {
    wideNumber(text, digits: digits).flatMap { Int(exactly: $0) }
  }

  /// A decimal number of at most so many digits, of which 19 always fit.
  static func wideNumber(_ text: UnsafePointer<CChar>, digits: Int) -> UInt64? {
    var value: UInt64 = 0
    var index = 0
    while text[index] != 0 {
      let digit = UInt8(bitPattern: text[index]) &- 0x30
      guard digit <= 9, index < digits, index < 19 else { return nil }
      value = value * 10 + UInt64(digit)
      index += 1
    }
    return index == 0 ? nil : value
  }
}
