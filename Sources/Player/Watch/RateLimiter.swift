/// Lets so many lines a minute through and counts the others, so that an attacker cannot fill a disk.
/// What must not be hidden among thousands passes in any case.
struct RateLimiter {
  private let perMinute: UInt64
  /// In nanoseconds times lines a minute: a full minute is as many lines as there may be at once.
  private var credit: UInt64
  private var lastTime: UInt64 = 0
  /// Lines held back since the last one that went through.
  private(set) var suppressed: UInt64 = 0

  private static let minute: UInt64 = 60_000_000_000

  /// - Parameter perMinute: 1...100,000.
  init(perMinute: Int) {
    self.perMinute = UInt64(perMinute)
    credit = Self.minute * self.perMinute
  }

  /// Whether a line may go out at `now`, in nanoseconds; and how many were held back before it.
  ///
  /// - Parameter always: it may, whatever there was before.
  mutating func admit(
    at now: UInt64, always: Bool = false
  ) -> (isAdmitted: Bool, suppressed: UInt64) {
    let elapsed = min(lastTime == 0 ? 0 : now &- lastTime, Self.minute)
    lastTime = now
    credit = min(credit + elapsed * perMinute, Self.minute * perMinute)
    guard always || credit >= Self.minute else {
      suppressed += 1
      return (false, suppressed)
    }
    credit -= min(credit, Self.minute)
    defer { suppressed = 0 }
    return (true, suppressed)
  }
}
