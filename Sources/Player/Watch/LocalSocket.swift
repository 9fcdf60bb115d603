import CPlatform

/// A local socket that messages are sent to, one a datagram (or a line where it is a stream). It
/// never blocks; what cannot be sent is dropped.
struct LocalSocket {
  let path: UnsafePointer<CChar>
  private var descriptor: Int32 = -1
  private var isStream = false

  init(path: UnsafePointer<CChar>) { self.path = path }

  /// Sends what `body` writes, at most 4096 bytes; false where that is not possible. Connects again
  /// where its reader has been restarted.
  mutating func send(_ body: (inout Output) -> Void) -> Bool {
    for _ in 0..<2 {
      if descriptor < 0 { connect() }
      if descriptor < 0 { return false }
      var output = Output(descriptor: descriptor)
      body(&output)
      if isStream { output.put("\n") }
      output.flush()
      if !output.hasFailed { return true }
      _ = close(descriptor)
      descriptor = -1
    }
    return false
  }

  private mutating func connect() {
    descriptor = mle_connect_unix(path, 0)
    isStream = descriptor == -91  // EPROTOTYPE
    if isStream { descriptor = mle_connect_unix(path, 1) }
  }
}
