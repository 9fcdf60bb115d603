import Foundation

/// How many rare, independent incidents to expect in other data, from a count of them.
public enum CountForecast {
  /// The interval of the number of incidents that other data will show.
  ///
  /// The predictive distribution is negative binomial: the rate has a gamma distribution, with the prior of
  /// Jeffreys, and each network a factor of its own on it, of mean 1 and variance `spread`.
  ///
  /// - Parameters:
  ///   - count: incidents seen.
  ///   - ratio: how many times as much the other data is.
  public static func counts(
    count: Int, ratio: Double, spread: Double = 0, confidence: Double = 0.9
  ) -> ClosedRange<Int> {
    let shape = Double(count) + 0.5
    let mean = shape * ratio
    let size = 1 / (1 / shape + spread + spread / shape)
    // In logarithms: powers underflow where counts are in the thousands.
    let start = size * log(size / (size + mean)) - logGamma(size)
    return interval(confidence: confidence) { index in
      let k = Double(index)
      return exp(
        start + logGamma(size + k) - logGamma(k + 1) + k * log(mean / (size + mean)))
    }
  }

  /// The interval where the expected number is one of `expected`, each as likely.
  public static func counts(
    expected: [Double], confidence: Double = 0.9
  ) -> ClosedRange<Int> {
    let logarithms = expected.map { ($0, log(max($0, 1e-300))) }
    return interval(confidence: confidence) { index in
      let k = Double(index)
      let base = logGamma(k + 1)
      return logarithms.reduce(0) { $0 + exp(k * $1.1 - $1.0 - base) }
        / Double(max(1, expected.count))
    }
  }

  /// By how much networks differ: the variance of their factors on the rate, by what their counts vary
  /// more than those of one rate would (the method of moments).
  ///
  /// - Parameter counts: incidents by network, each on as much data.
  public static func spread(_ counts: [Int]) -> Double {
    guard counts.count > 1 else { return 0 }
    let mean = Double(counts.reduce(0, +)) / Double(counts.count)
    guard mean > 0 else { return 0 }
    let squares = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return max(0, squares / Double(counts.count - 1) - mean) / (mean * mean)
  }

  /// The numbers between the tails of a distribution, given by the probabilities of 0, 1, 2 ...
  private static func interval(
    confidence: Double, _ probability: (Int) -> Double
  ) -> ClosedRange<Int> {
    let tail = (1 - confidence) / 2
    var (sum, lower) = (0.0, 0)
    for index in 0..<1_000_000 {
      sum += probability(index)
      if sum <= tail { lower = index + 1 }
      if sum >= 1 - tail { return min(lower, index)...index }
    }
    return lower...max(lower, 1_000_000)
  }

  private static func logGamma(_ x: Double) -> Double {
    let (value, _): (Double, Int) = lgamma(x)
    return value
  }
}
