import LiveTrace

/// What `mle-player record` is asked for.
struct RecordOptions {
  var source = SourceOptions()
  /// The capture; `-` is standard output.
  private(set) var file: UnsafePointer<CChar>?
  /// When a new file begins; 0: never.
  private(set) var rotateBytes: UInt64 = 0
  private(set) var rotateSeconds: UInt64 = 0

  /// Reads the arguments from number `start` on.
  init(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, from start: Int
  ) throws(Arguments.Mistake) {
    var index = start
    while index < count, let text = arguments[index] {
      if try source.take(count, arguments, &index) { continue }
      let value = index + 1 < count ? arguments[index + 1].map { UnsafePointer($0) } : nil
      if Arguments.matches(text, "-o") {
        guard let value else { throw .noValue(index) }
        file = value
      } else if Arguments.matches(text, "--rotate-size") {
        rotateBytes = try Self.amount(value, index) << 20
      } else if Arguments.matches(text, "--rotate-seconds") {
        rotateSeconds = try Self.amount(value, index)
      } else {
        throw text[0] == 0x2d ? .unknownOption(index) : .surplus(index)
      }
      index += 2
    }
    guard source.target != nil else { throw .noTarget }
    guard let file else { throw .noOutput }
    let isStandardOutput = Arguments.matches(file, "-")
    if isStandardOutput, rotateBytes > 0 || rotateSeconds > 0 { throw .rotatesStandardOutput }
  }

  /// The value of the option at `index`: of mebibytes or seconds.
  private static func amount(
    _ value: UnsafePointer<CChar>?, _ index: Int
  ) throws(Arguments.Mistake) -> UInt64 {
    guard let value else { throw .noValue(index) }
    return UInt64(try Arguments.number(value, 1...999_999, index, "a number from 1 to 999999"))
  }
}
