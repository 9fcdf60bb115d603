/// Which processes are not scored while there are more events than can be.
///
/// Whole processes, never single events: a score over a part of what a process did means nothing.
/// Their pids fall into sixteen shares by a hash that nobody can know before, lest a program choose to
/// have a pid that is shed soon; `level` of them are shed. It rises by one
/// where scoring has been behind for 100 ms, then as fast as every 50 ms, and falls by one after every
/// 2 s in which it has kept up.
struct LoadShedder {
  /// Shares shed, 0...15: one is always scored.
  private(set) var level = 0
  private var changeTime: UInt64 = 0
  private var lastLagTime: UInt64 = 0
  /// Since when it is behind; nil while it is not.
  private var lagStart: UInt64?
  private let seed: UInt32

  static let shares = 16
  /// How far scoring may be behind, in nanoseconds: what a ring of the usual size bears.
  static let longestLag: UInt64 = 80_000_000
  private static let shortLag: UInt64 = 40_000_000
  private static let patience: UInt64 = 100_000_000
  private static let risingInterval: UInt64 = 50_000_000
  private static let fallingInterval: UInt64 = 2_000_000_000

  /// - Parameter seed: of the hash: a random number.
  init(seed: UInt32) { self.seed = seed }

  /// Learns how far scoring is behind at `now`, in nanoseconds.
  ///
  /// - Returns: whether the level has changed.
  mutating func note(lag: UInt64, at now: UInt64) -> Bool {
    if lag > Self.shortLag { lastLagTime = now }
    lagStart = lag > Self.longestLag ? lagStart ?? now : nil
    if let lagStart, level < Self.shares - 1, now &- lagStart >= Self.patience,
      now &- changeTime >= Self.risingInterval
    {
      level += 1
      changeTime = now
      return true
    }
    let calm = now &- max(lastLagTime, changeTime)
    if level > 0, calm >= Self.fallingInterval {
      level -= 1
      changeTime = now
      return true
    }
    return false
  }

  /// The share of a process, in 0..<16.
  func share(of pid: UInt32) -> Int {
    // The end of MurmurHash3: every bit of the seed and the pid changes half of what comes out.
    var mixed = pid ^ seed
    mixed = (mixed ^ mixed >> 16) &* 0x85eb_ca6b
    mixed = (mixed ^ mixed >> 13) &* 0xc2b2_ae35
    return Int(mixed >> 28)
  }

  /// Whether events of this process are passed over.
  func sheds(_ pid: UInt32) -> Bool { share(of: pid) < level }
}
