/// How well a score tells attacks from normal data, whatever the threshold; see `RankedScores`.
public struct RankingMetrics: Encodable, Sendable {
  /// Attacks that were scored.
  public let attacks: Int
  /// What is normal and was scored.
  public let normal: Int
  /// Area under the ROC curve.
  public let auc: Double?
  /// Area under the precision-recall curve, by steps.
  public let averagePrecision: Double?
  /// The share of attacks found where at most so large a share of the normal units alarms.
  public let truePositiveRates: [OperatingRate]
  /// The best F1 of all thresholds.
  public let bestF1: Double?
  /// The corners of the ROC curve.
  public let roc: [ROCPoint]

  /// What is asked of a false-positive rate.
  public struct OperatingRate: Encodable, Sendable {
    /// The most that is allowed.
    public let falsePositiveRate: Double
    /// What it finds.
    public let truePositiveRate: Double
    /// Scores over it alarm, in nats.
    public let threshold: Double
  }

  /// The false-positive rates that tables show.
  public static let rates = [0.001, 0.01, 0.05]

  init(_ scores: RankedScores) {
    attacks = scores.positives.count
    normal = scores.negatives.count
    auc = scores.areaUnderROC
    averagePrecision = scores.averagePrecision
    bestF1 = scores.bestF1
    roc = scores.curve
    truePositiveRates = Self.rates.compactMap { rate in
      guard let threshold = scores.threshold(falsePositiveRate: rate),
        let found = scores.truePositiveRate(over: threshold)
      else { return nil }
      return OperatingRate(falsePositiveRate: rate, truePositiveRate: found, threshold: threshold)
    }
  }
}
