/// One way of adding surprises up to a score, and the threshold that belongs to it.
public struct DetectionChannel: Equatable, Sendable {
  /// How surprises become a score.
  public enum Kind: UInt32, Sendable {
    /// The mean over the last `length` events.
    case window = 1
    /// The mean over all events, each of which weighs one `length`-th less with each event after it.
    case ewma = 2
  }

  /// How surprises become a score.
  public var kind: Kind
  /// In events, 1...4096: of a window how many it holds, of an `ewma` its time constant.
  public var length: Int
  /// From how many events on there are verdicts, 1...4096.
  public var minimumEvents: Int
  /// A score above it is an anomaly; at least one unit.
  public var threshold: Surprise
  /// What the threshold was made by.
  public var rule: ThresholdRule
  /// The rule's parameter, finite and above 0.
  public var parameter: Float
  /// The largest score on the calibration data.
  public var calibrationMaximum: Surprise

  /// A channel. Values out of their ranges are refused by whoever writes or reads a blob.
  public init(
    kind: Kind = .window, length: Int, minimumEvents: Int, threshold: Surprise,
    rule: ThresholdRule, parameter: Float, calibrationMaximum: Surprise
  ) {
    self.kind = kind
    self.length = length
    self.minimumEvents = minimumEvents
    self.threshold = threshold
    self.rule = rule
    self.parameter = parameter
    self.calibrationMaximum = calibrationMaximum
  }
}

extension DetectionChannel {
  /// Whether a thread has had enough events, `count`, for its score to count.
  public func judges(afterEvents count: UInt64) -> Bool { count >= UInt64(minimumEvents) }

  /// How many of the latest events an explanation lists, at most.
  public var explainedEvents: Int { kind == .window ? length : 64 }

  /// Half of the threshold: with the usual one, over anything that was seen in training.
  public var halfThreshold: Surprise { Surprise(units: threshold.units / 2) }

  /// For how many events after a loss verdicts are marked: until all that came before it is out of the
  /// window, or weighs 5 % of an `ewma`.
  public var lossyEvents: Int { kind == .window ? length : 3 * length }
}

/// What a threshold was made by. It explains the threshold and does not change a verdict.
public enum ThresholdRule: UInt32, Sendable {
  /// `parameter` times the largest score on the calibration data.
  case multiple = 1
  /// `parameter` nats, given by a person.
  case fixed = 2
  /// The `parameter` quantile of the scores on the calibration data.
  case quantile = 3
  /// The `parameter` quantile of processes' largest scores by networks that had not seen them.
  case outOfFoldQuantile = 4
  /// `parameter` false alarms a day, as extrapolated from such scores.
  case falseAlarmsPerDay = 5
}

/// An event and the surprise it must have, to prove at boot that this device scores as it should.
///
/// All golden events are of one thread, in order, from its beginning.
public struct GoldenEvent: Equatable, Sendable {
  /// An index into the vocabulary.
  public var state: Int
  /// Expected, to the last bit.
  public var surprise: Surprise

  /// An event with its expected surprise.
  public init(state: Int, surprise: Surprise) {
    self.state = state
    self.surprise = surprise
  }
}
