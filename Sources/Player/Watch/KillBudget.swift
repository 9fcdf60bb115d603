/// How many responses an hour may kill: a limit on the harm that a bad blob can do.
///
/// It keeps the times of the latest ones, so that no hour, wherever it begins, has more.
struct KillBudget {
  private var times: [UInt64]
  private var next = 0
  private var count = 0

  private static let hour: UInt64 = 3_600_000_000_000

  /// - Parameter limit: an hour, 0...1000.
  init(limit: Int) { times = [UInt64](repeating: 0, count: limit) }

  /// How many more there may be at `now`, in nanoseconds.
  func remaining(at now: UInt64) -> Int {
    times.count - (0..<count).count(where: { now &- times[$0] < Self.hour })
  }

  /// Counts one.
  ///
  /// - Precondition: one remains.
  mutating func spend(at now: UInt64) {
    times[next] = now
    next = next + 1 == times.count ? 0 : next + 1
    count = min(count + 1, times.count)
  }
}
