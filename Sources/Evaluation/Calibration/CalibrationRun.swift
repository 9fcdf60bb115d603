import ModelFormat
import Scoring
import TraceData

/// One pass of a detector over the calibration data.
struct CalibrationRun {
  /// A channel's scores.
  struct Channel {
    /// On so many events there could be a verdict.
    var count = 0
    /// Of each of them, in the order of time; nil where only the largest is wanted.
    var scores: [Surprise]?
    /// The largest score, and where it is.
    var largest = (score: Score(sum: 0, weight: 0), sequence: 0, event: 0)
    /// The largest score of any sequence but that one.
    var largestElsewhere = Score(sum: 0, weight: 0)

    /// The largest score, rounded up to a unit.
    var maximum: Surprise { Surprise(roundingUp: largest.score) }

    mutating func add(_ score: Score, sequence: Int, event: Int) {
      count += 1
      scores?.append(Surprise(roundingUp: score))
      if sequence == largest.sequence || largest.score.weight == 0 {
        if score.isLarger(than: largest.score) { largest = (score, sequence, event) }
      } else if score.isLarger(than: largest.score) {
        largestElsewhere = largest.score
        largest = (score, sequence, event)
      } else if score.isLarger(than: largestElsewhere) {
        largestElsewhere = score
      }
    }
  }

  /// One a channel of the detector.
  var channels: [Channel]
  /// Events that are not of attacks, and of those the ones of a state that the network does not know.
  var (events, unknownEvents) = (0, 0)

  /// Scores all of `dataset`; sequences labelled as attacks give no score.
  ///
  /// - Parameter keepsScores: whether all scores are kept, four bytes each.
  /// - Throws: `NothingToCalibrate`, `TooManyThreads`, what reading throws.
  init(
    _ detector: LoadedModel, _ dataset: TraceDataset, keepsScores: Bool = false,
    observe: ActivationObserver? = nil, progress: (Int) -> Void
  ) throws {
    let scorer = try DatasetScorer(detector, dataset)
    scorer.observe = observe
    let model = detector.model
    let rules = (0..<model.channelCount).map { model.channel(at: $0) }
    channels = rules.map { _ in Channel(scores: keepsScores ? [] : nil) }
    var scored = 0
    try scorer.run { step in
      scored += 1
      if scored % 65_536 == 0 { progress(scored) }
      guard dataset.sequences.label(step.sequence) != .attack else { return }
      events += 1
      if step.state == 0 { unknownEvents += 1 }
      for index in rules.indices where rules[index].judges(afterEvents: step.scored.pastEvents) {
        channels[index].add(
          step.scored.scores[index], sequence: step.sequence, event: step.event)
      }
    }
    for (channel, rule) in zip(channels, rules) where channel.count == 0 {
      throw NothingToCalibrate(kind: rule.kind, minimumEvents: rule.minimumEvents)
    }
  }
}

extension Surprise {
  /// A score in whole units, which is not over it.
  init(roundingUp score: Score) { self.init(units: UInt32(clamping: score.unitsRoundedUp)) }
}

/// No thread of the calibration data has enough events for a channel's score.
public struct NothingToCalibrate: Error, CustomStringConvertible {
  /// What channel it is.
  public let kind: DetectionChannel.Kind
  /// How many it takes.
  public let minimumEvents: Int

  /// The fact and what to do.
  public var description: String {
    let fact = "no normal sequence has the \(minimumEvents) events that a verdict "
    return switch kind {
    case .window: fact + "takes; record more, or lower --window or --minimum-events"
    case .ewma: fact + "of an ewma takes; record more, or leave out --ewma"
    }
  }
}
