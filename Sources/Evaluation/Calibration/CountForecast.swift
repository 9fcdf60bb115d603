import Foundation

/// How many rare, independent incidents to expect in other data that another network scores.
public enum CountForecast {
  /// By how much networks that differ in their training data alone differ in the score of one process:
  /// the standard deviation of its logarithm. Ten networks of each shipped server gave 0.08 to 0.12
  /// for the thirty and the hundred highest scores (`docs/calibration.md`).
  public static let networkDeviation = 0.1

  /// How likely what comes is in the interval.
  private static let confidence = 0.9

  /// Twenty equally likely factors between the scores of two networks.
  public static let networkFactors: [Double] = (0..<20).map { index in
    exp(networkDeviation * normalQuantile((Double(index) + 0.5) / 20))
  }

  /// The interval of the number of incidents that other data will show, where it is each of `counts` as
  /// likely that so many would have been seen by the other network.
  ///
  /// For each count the predictive distribution is negative binomial: the rate behind it has a gamma
  /// distribution, with the prior of Jeffreys.
  ///
  /// - Parameter ratio: how many times as much the other data is, at least 0.
  public static func counts(seen counts: [Int], ratio: Double) -> ClosedRange<Int> {
    guard ratio > 0 else { return 0...0 }
    let shapes = counts.map { Double($0) + 0.5 }
    // In logarithms: powers underflow where counts are in the thousands.
    return interval { index in
      let k = Double(index)
      let sum = shapes.reduce(0) { sum, shape in
        sum
          + exp(
            logGamma(shape + k) - logGamma(shape) - logGamma(k + 1)
              + k * log(ratio / (1 + ratio)) - shape * log(1 + ratio))
      }
      return sum / Double(max(1, counts.count))
    }
  }

  /// The interval where the expected number is one of `expected`, each as likely.
  public static func counts(expected: [Double]) -> ClosedRange<Int> {
    let logarithms = expected.map { ($0, log(max($0, 1e-300))) }
    return interval { index in
      let k = Double(index)
      let base = logGamma(k + 1)
      return logarithms.reduce(0) { $0 + exp(k * $1.1 - $1.0 - base) }
        / Double(max(1, expected.count))
    }
  }

  /// What the share `share` of a standard normal distribution is below, by bisection.
  static func normalQuantile(_ share: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if erfc(-middle / 2.0.squareRoot()) / 2 < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The numbers between the tails of a distribution, given by the probabilities of 0, 1, 2 ...
  private static func interval(_ probability: (Int) -> Double) -> ClosedRange<Int> {
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
