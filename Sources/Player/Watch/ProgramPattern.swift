import KernelTrace
import LiveTrace

/// A program as options name it: by the path of its executable file, where there is a slash in it, or
/// by its name, of which the first 15 bytes count. A script has its own name, and its interpreter's
/// path.
struct ProgramPattern {
  let text: UnsafePointer<CChar>
  let isPath: Bool
  private let name: ProgramName

  init(_ text: UnsafePointer<CChar>) {
    self.text = text
    var hasSlash = false
    var next = text
    while next.pointee != 0 {
      if next.pointee == 0x2f { hasSlash = true }
      next += 1
    }
    isPath = hasSlash
    name = ProgramName(text)
  }

  /// Whether it is a process of this name that, if it matters, runs this file.
  func matches(_ name: ProgramName, runs: (UnsafePointer<CChar>) -> Bool) -> Bool {
    isPath ? runs(text) : name == self.name
  }

  /// Whether both are the same text.
  func isSame(as other: ProgramPattern) -> Bool {
    var index = 0
    while text[index] == other.text[index] {
      if text[index] == 0 { return true }
      index += 1
    }
    return false
  }
}
