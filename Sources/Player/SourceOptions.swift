import LiveTrace

/// Whom to watch and how: the options that all commands with a live source share.
struct SourceOptions {
  private(set) var target: LiveTarget?
  /// What the target was called on the command line, for messages.
  private(set) var targetName: UnsafePointer<CChar>?
  var live = LiveOptions()
  private var isTargetFinal = false

  /// From here on another target may take the place of the one there is.
  mutating func allowOverruling() { isTargetFinal = false }

  /// Takes the option at `index`, if it is one of these, and moves `index` past it.
  ///
  /// - Returns: whether it was.
  mutating func take(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ index: inout Int
  ) throws(Arguments.Mistake) -> Bool {
    guard let text = arguments[index] else { return false }
    let value = index + 1 < count ? arguments[index + 1].map { UnsafePointer($0) } : nil
    if Arguments.matches(text, "--pid") {
      guard let value else { throw .noValue(index) }
      let pid = try Arguments.number(
        value, 1...Int(Int32.max), index, "the number of a process")
      try set(.process(UInt32(pid)), value, index)
    } else if Arguments.matches(text, "--cgroup") {
      guard let value else { throw .noValue(index) }
      try set(.cgroup(value), value, index)
    } else if Arguments.matches(text, "--comm") {
      guard let value, value[0] != 0 else { throw .noValue(index) }
      try set(.program(value), value, index)
    } else if Arguments.matches(text, "--exec") {
      guard let value else { throw .noValue(index) }
      try set(.command(UnsafePointer(arguments + index + 1)), value, index)
      index = count
      return true
    } else if Arguments.matches(text, "--ring-kib") {
      guard let value else { throw .noValue(index) }
      let expected: StaticString = "a power of two from 4 to 1048576"
      let size = try Arguments.number(value, 4...1_048_576, index, expected)
      guard size & (size - 1) == 0 else { throw .badValue(index, expected) }
      live.ringBytes = size << 10
    } else {
      return false
    }
    index += 2
    return true
  }

  private mutating func set(
    _ target: LiveTarget, _ name: UnsafePointer<CChar>, _ index: Int
  ) throws(Arguments.Mistake) {
    if isTargetFinal { throw .secondTarget(index) }
    isTargetFinal = true
    self.target = target
    targetName = name
  }
}
