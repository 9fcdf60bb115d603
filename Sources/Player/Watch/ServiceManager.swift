import CPlatform

/// What the service manager (systemd) is told, where it has started the player.
struct ServiceManager {
  private var socket: LocalSocket?
  /// How often the watchdog is fed, in nanoseconds; nil: it is not awake.
  let feedInterval: UInt64?

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  init() {
    socket = mle_environment("NOTIFY_SOCKET").map { LocalSocket(path: $0) }
    let isMeant =
      mle_environment("WATCHDOG_PID").map {
        Arguments.number($0, digits: 10) == Int(mle_process_id())
      } ?? true
    let microseconds = mle_environment("WATCHDOG_USEC").flatMap { Arguments.number($0, digits: 15) }
    feedInterval =
      isMeant ? microseconds.flatMap { $0 > 0 ? UInt64($0) * 1000 / 2 : nil } : nil
  }

  /// Sends lines of `VARIABLE=VALUE`.
  mutating func say(_ text: StaticString) {
    _ = socket?.send { $0.put(text) }
  }

  /// Says that the configuration is being loaded again, since when.
  mutating func sayReloading(at now: UInt64) {
    _ = socket?.send { output in
      output.put("RELOADING=1\nMONOTONIC_USEC=")
      output.put(now / 1000)
    }
  }
}
