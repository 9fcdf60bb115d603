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
    feedInterval = isMeant ? mle_environment("WATCHDOG_USEC").flatMap { Self.interval($0) } : nil
  }

  /// Half of the microseconds that the watchdog waits, in nanoseconds; nil where it does not.
  static func interval(_ microseconds: UnsafePointer<CChar>) -> UInt64? {
    Arguments.wideNumber(microseconds, digits: 15).flatMap { $0 > 0 ? $0 * 1000 / 2 : nil }
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
