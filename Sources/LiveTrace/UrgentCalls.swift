/// The calls that the source wakes up for.
enum UrgentCalls {
  /// `execve`, `execveat`, `connect` and `ptrace` by their kernel numbers. Not `mprotect`, which every
  /// start of a program makes several times: each would cost the watched process a wake-up.
  static func filter(_ is64Bit: Bool) -> UnsafePointer<CChar>? {
    #if arch(x86_64)
      let text: StaticString = "id == 59 || id == 322 || id == 42 || id == 101"
    #elseif arch(arm)
      let text: StaticString =
        is64Bit
        ? "id == 221 || id == 281 || id == 203 || id == 117"
        : "id == 11 || id == 387 || id == 283 || id == 26"
    #else
      let text: StaticString = "id == 221 || id == 281 || id == 203 || id == 117"
    #endif
    return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
