import Foundation

/// The generalised Pareto distribution of how far scores are over a high level (Pickands 1975): its
/// share over x >= 0 is (1 + ξ x / σ)^(-1/ξ), e^(-x/σ) where ξ is 0.
public struct GeneralisedPareto: Equatable, Sendable {
  /// ξ, below 1: over 0 for a heavy tail, below 0 for one that ends at -σ/ξ.
  public let shape: Double
  /// σ, over 0, in the unit of the excesses.
  public let scale: Double

  /// A distribution with these parameters.
  public init(shape: Double, scale: Double) {
    self.shape = shape
    self.scale = scale
  }

  /// The distribution with the sample's first two L-moments: ξ = 2 - l1/l2, σ = (1 - ξ) l1. That is the
  /// method of probability-weighted moments (Hosking and Wallis, Technometrics 29, 1987) with the
  /// unbiased estimators of Hosking (J. R. Stat. Soc. B 52, 1990).
  ///
  /// - Parameter excesses: in increasing order, over 0.
  /// - Returns: nil for fewer than two different ones.
  public init?(sortedExcesses excesses: [Double]) {
    guard let first = excesses.first, let last = excesses.last, last > first else { return nil }
    let count = Double(excesses.count)
    let mean = excesses.reduce(0, +) / count
    let weighted = excesses.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    let second = 2 * weighted / (count * (count - 1)) - mean
    guard second > 0 else { return nil }
    shape = 2 - mean / second
    scale = mean * (mean / second - 1)
  }

  /// The share of excesses over `x`, at least 0.
  public func share(over x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard abs(shape) > 1e-9 else { return exp(-x / scale) }
    let base = 1 + shape * x / scale
    return base > 0 ? pow(base, -1 / shape) : 0
  }

  /// The excess that the share `share`, in 0<...1, is over.
  public func excess(share: Double) -> Double {
    guard abs(shape) > 1e-9 else { return -scale * log(share) }
    return scale / shape * (pow(share, -shape) - 1)
  }
}
