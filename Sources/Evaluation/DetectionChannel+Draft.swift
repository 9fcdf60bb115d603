import ModelFormat

extension DetectionChannel {
  /// A channel before it has a threshold: no score is over the one that it has.
  ///
  /// - Parameter minimumEvents: nil for verdicts from a full window, or from 50 events of an `ewma`, on.
  public init(_ kind: Kind, _ length: Int, minimumEvents: Int? = nil) {
    self.init(
      kind: kind, length: length,
      minimumEvents: minimumEvents ?? (kind == .window ? length : 50), threshold: .cap,
      rule: .fixed, parameter: Surprise.cap.nats, calibrationMaximum: Surprise(units: 0))
  }
}
