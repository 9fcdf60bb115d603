import Foundation

/// What a count of rare, independent incidents says of the rate that they come from, and of how many to
/// expect in other data.
public enum CountForecast {
  /// The exact interval of the expected number behind a count (Garwood, Biometrika 28, 1936): each end
  /// is missed with half of 1 - `confidence`.
  public static func rates(count: Int, confidence: Double = 0.9) -> ClosedRange<Double> {
    let tail = (1 - confidence) / 2
    let lower = count == 0 ? 0 : solve { 1 - poisson(atMost: count - 1, expected: $0) }(tail)
    let upper = solve { 1 - poisson(atMost: count, expected: $0) }(1 - tail)
    return lower...upper
  }

  /// How many incidents other data will show, `ratio` times as much of it: the interval of the predictive
  /// distribution, which is negative binomial (a gamma distribution of the expected number, with the
  /// prior of Jeffreys). It is wider than that of the rate, for counts scatter too.
  public static func counts(
    count: Int, ratio: Double, confidence: Double = 0.9
  ) -> ClosedRange<Int> {
    let shape = Double(count) + 0.5
    let again = ratio / (1 + ratio)
    // In logarithms, as below: powers underflow where counts are in the thousands.
    let start = shape * log(1 - again) - logGamma(shape)
    return interval(confidence: confidence) { index in
      let k = Double(index)
      return exp(start + logGamma(shape + k) - logGamma(k + 1) + k * log(again))
    }
  }

  /// How many incidents to see where the expected number is one of `expected`, each as likely.
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

  /// P(X <= count) of a Poisson distribution.
  static func poisson(atMost count: Int, expected: Double) -> Double {
    // In logarithms: e^-expected alone underflows from 745 on.
    (0...max(0, count)).reduce(0) { sum, k in
      sum + exp(Double(k) * log(max(expected, 1e-300)) - expected - logGamma(Double(k) + 1))
    }
  }

  /// Where an increasing function of a number of at least 0 has a value in 0...1.
  private static func solve(_ function: @escaping (Double) -> Double) -> (Double) -> Double {
    { value in
      var (low, high) = (0.0, 1.0)
      while function(high) < value { high *= 2 }
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if function(middle) < value { low = middle } else { high = middle }
      }
      return high
    }
  }
}
