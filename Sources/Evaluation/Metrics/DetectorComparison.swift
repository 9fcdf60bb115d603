/// Detectors side by side on the same data, under the same aggregations and threshold rules.
public struct DetectorComparison: Encodable, Sendable {
  /// What a detector takes.
  public struct Facts: Encodable, Sendable {
    /// Which one.
    public let name: String
    /// To keep what it learned.
    public let bytes: Int
    /// To score an event of the data, reading included.
    public let microsecondsPerEvent: Double
  }

  /// One aggregation.
  public struct Section: Encodable, Sendable {
    /// How surprises become a score.
    public let aggregation: String
    /// One an aggregation's view.
    public let views: [ViewSection]
    /// One a detector.
    public let alarms: [DetectorAlarms]
  }

  /// What one view ranks.
  public struct ViewSection: Encodable, Sendable {
    /// Traces, windows or runs.
    public let view: EvaluationView
    /// One a detector, in their order.
    public let metrics: [RankingMetrics]
    /// AUC of each kind of run, one a detector; empty for other views.
    public let kinds: [KindAUC]
  }

  /// How well one kind of run is told from normal windows.
  public struct KindAUC: Encodable, Sendable {
    /// Which attack.
    public let kind: String
    /// One a detector.
    public let auc: [Double?]
  }

  /// What thresholds of a detector do.
  public struct DetectorAlarms: Encodable, Sendable {
    /// Which one.
    public let detector: String
    /// One a threshold.
    public let thresholds: [AlarmReport]
  }

  /// In the order in which they were given.
  public let detectors: [Facts]
  /// Events of a window, at most.
  public let windowLength: Int
  /// One an aggregation.
  public let sections: [Section]
}
