import CPlatform

/// What tells a running process from others, by what `/proc` says now.
public enum ProcessIdentity {
  /// The kernel's clock ticks a second, in what it tells programs.
  private static let ticksPerSecond: UInt64 = 100

  /// When the process began, in ticks of 10 ms since boot; nil where there is none.
  public static func startTick(of pid: UInt32) -> UInt64? {
    guard let text = path(pid, "/stat").read(atMost: 1024) else { return nil }
    return text.withUnsafeBytes { startTick(stat: $0) }
  }

  /// A time of CLOCK_MONOTONIC, in nanoseconds, as such a tick.
  public static func tick(at time: UInt64) -> UInt64 {
    let now = mle_now()
    let suspended = mle_boot_now() - now  // read later, so it is not less
    return (time &+ suspended) / (1_000_000_000 / ticksPerSecond)
  }

  /// Whether the process runs the executable file that has this path now.
  public static func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool {
    guard let link = path(pid, "/exe").link() else { return false }
    for (index, byte) in link.enumerated() where UInt8(bitPattern: executable[index]) != byte {
      return false  // a shorter path ends with a zero, which no link has
    }
    return executable[link.count] == 0
  }

  /// `pid (name) state ppid ...`: the 22nd field; a name may have spaces and brackets.
  static func startTick(stat text: UnsafeRawBufferPointer) -> UInt64? {
    guard let end = text.lastIndex(of: 0x29) else { return nil }
    var fields = Words(UnsafeRawBufferPointer(rebasing: text[(end + 1)...]), separator: 0x20)
    for _ in 3..<22 { if fields.next() == nil { return nil } }
    return fields.next().flatMap { Decimal.value($0, atMost: .max / 16) }
  }

  private static func path(_ pid: UInt32, _ rest: StaticString) -> PathText {
    var path = PathText("/proc/")
    path.append(pid)
    path.append(rest)
    return path
  }
}
