import Foundation

/// How often the largest score of an independent part of the data, a *peak*, is over any level: counted
/// where the data has enough of them, extrapolated beyond by the generalised Pareto distribution of the
/// highest tenth (peaks over threshold; Coles, An Introduction to Statistical Modeling of Extreme Values,
/// 2001, chapter 4).
public struct PeaksOverThreshold: Sendable {
  /// The peaks, in increasing order, in nats.
  public let peaks: [Double]
  /// The level that the tail begins at: the lowest peak over it is the tail's first.
  public let level: Double
  /// How many peaks are over the level.
  public let tailCount: Int
  /// The tail; nil where all of its peaks are the same.
  public let tail: GeneralisedPareto?

  /// Peaks that a tail takes at least.
  public static let smallestTail = 30
  /// From so many peaks on they are counted; fewer are extrapolated.
  public static let fewest = 10

  /// Fits the tail.
  ///
  /// - Returns: nil for fewer than twice `smallestTail` peaks.
  public init?(_ peaks: [Double]) { self.init(sorted: peaks.sorted()) }

  init?(sorted peaks: [Double]) {
    guard peaks.count >= 2 * Self.smallestTail else { return nil }
    self.peaks = peaks
    let wanted = max(Self.smallestTail, peaks.count / 10)
    let level = peaks[peaks.count - wanted - 1]
    let excesses = peaks[(peaks.count - wanted)...].map { $0 - level }.filter { $0 > 0 }
    self.level = level
    tailCount = excesses.count
    tail = GeneralisedPareto(sortedExcesses: excesses)
  }

  /// How many peaks of the data are over `x`.
  public func count(over x: Double) -> Int { peaks.count(over: x) }

  /// The expected share of peaks over `x`, which only falls as `x` rises.
  public func share(over x: Double) -> Double {
    let counted = count(over: x)
    guard counted < Self.fewest, x >= level, let tail else {
      return Double(counted) / Double(peaks.count)
    }
    // Where peaks are alike the fit may expect more of them than there are enough of to be counted.
    return min(tail.share(over: x - level) * Double(tailCount), Double(Self.fewest))
      / Double(peaks.count)
  }

  /// The least level that no more than the share `share` of peaks, over 0, is over; it only rises as the
  /// share falls.
  public func level(share: Double) -> Double {
    let counted = share * Double(peaks.count)
    // Less than a billionth of a peak under a whole number is rounding.
    let whole = Int(counted + 1e-9)
    if whole >= Self.fewest { return peaks[max(0, peaks.count - 1 - whole)] }
    guard let tail else { return counted < Double(tailCount) ? peaks[peaks.count - 1] : level }
    let excess = tail.excess(share: min(1, counted / Double(tailCount)))
    return max(level + max(0, excess), peaks[peaks.count - 1 - Self.fewest])
  }

  /// The share of peaks over a level in each of some samples drawn anew from the peaks and fitted like
  /// them (bootstrap).
  ///
  /// - Parameter levels: not empty; the samples take them in turn.
  public func resampledShares(over levels: [Double], samples: Int, seed: UInt64) -> [Double] {
    var random = SeededGenerator(state: seed)
    var shares: [Double] = []
    for index in 0..<samples {
      var times = [Int](repeating: 0, count: peaks.count)
      for _ in peaks { times[Int(random.next() >> 33) % peaks.count] += 1 }
      let drawn = zip(peaks, times).flatMap { repeatElement($0, count: $1) }
      if let sample = PeaksOverThreshold(sorted: drawn) {
        shares.append(sample.share(over: levels[index % levels.count]))
      }
    }
    return shares
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same samples for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
