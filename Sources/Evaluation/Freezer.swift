import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// Makes a blob of a trained network: calibrates its threshold and gives it golden events, with the
/// arithmetic of the player.
public struct Freezer {
  /// N of the detection channel `window`, in events, 1...4096.
  public var windowLength = 10
  /// Events before a verdict, 1...4096; nil for a full window.
  public var minimumEvents: Int?
  /// Surprise of a state that the network does not know, in nats, at most 27.63.
  public var unknownSurprise = Surprise.cap
  /// How the threshold follows from the calibration scores.
  public var choice = ThresholdChoice.multipleOfLargest(2)

  /// The article's rule, with its window.
  public init() {}

  /// A blob and what its calibration showed.
  public struct Result {
    /// The bytes of the blob.
    public let blob: [UInt8]
    /// The detection channel, with its threshold.
    public let channel: DetectionChannel
    /// ln V; a threshold above it is seldom reached.
    public let uniformSurprise: Surprise
    /// Events of the calibration data.
    public let events: Int
    /// Of those, events of a state that the network does not know.
    public let unknownEvents: Int
    /// The sequence that holds the largest score, and that score's event in the data set.
    public let largest: (sequence: Int, event: Int)
  }

  /// - Parameters:
  ///   - network: shape, states and weights; its channels and golden events are replaced.
  ///   - dataset: normal traces; sequences labelled as attacks are left out.
  ///   - progress: told how many events are scored.
  /// - Throws: `ModelFormatError`, `ThresholdError`, `NothingToCalibrate`, what reading throws.
  public func freeze(
    _ network: ModelDescription, calibrating dataset: TraceDataset,
    progress: (Int) -> Void = { _ in }
  ) throws -> Result {
    var description = network
    var channel = draftChannel
    description.unknownSurprise = unknownSurprise
    description.channels = [channel]
    description.goldenEvents = [GoldenEvent(state: 0, surprise: unknownSurprise)]
    let draft = try LoadedModel(bytes: try description.encoded())

    var scores = CalibrationScores()
    var largest = (score: Score(sum: 0, count: 0), sequence: 0, event: 0)
    let scorer = DatasetScorer(draft, dataset)
    var events = 0
    try scorer.run { step in
      events += 1
      if events % 65_536 == 0 { progress(events) }
      let score = step.scored.scores[0]
      guard score.count >= channel.minimumEvents,
        dataset.sequences.label(step.sequence) != .attack
      else { return }
      scores.add(score)
      if score.isLarger(than: largest.score) { largest = (score, step.sequence, step.event) }
    }
    guard scores.count > 0 else { throw NothingToCalibrate(minimumEvents: channel.minimumEvents) }
    channel.threshold = try choice.threshold(&scores)
    channel.calibrationMaximum = scores.largest
    description.channels = [channel]
    description.goldenEvents = try GoldenEvents.choose(draft, from: dataset)
    return Result(
      blob: try description.encoded(), channel: channel,
      uniformSurprise: draft.model.uniformSurprise, events: events,
      unknownEvents: Int(scorer.counters.unknownEvents),
      largest: (largest.sequence, largest.event))
  }

  /// The channel before its threshold is known: scores do not depend on it.
  private var draftChannel: DetectionChannel {
    DetectionChannel(
      length: windowLength, minimumEvents: minimumEvents ?? windowLength, threshold: .cap,
      rule: choice.rule, parameter: choice.parameter, calibrationMaximum: Surprise(units: 0))
  }
}

extension ThresholdChoice {
  /// How a blob names the rule.
  var rule: ThresholdRule {
    switch self {
    case .multipleOfLargest: .multiple
    case .fixed: .fixed
    case .quantile: .quantile
    }
  }

  /// The rule's number.
  var parameter: Float {
    switch self {
    case .multipleOfLargest(let value), .fixed(let value), .quantile(let value): Float(value)
    }
  }
}

/// No thread of the calibration data has enough events for a score.
public struct NothingToCalibrate: Error, CustomStringConvertible {
  /// How many it takes.
  public let minimumEvents: Int

  /// The fact and what to do.
  public var description: String {
    "no normal sequence has the \(minimumEvents) events that a verdict takes; record more"
  }
}
