import ModelFormat
import Scoring
import TraceData

/// One pass of a detector over the calibration data.
struct CalibrationRun {
  /// Of every event on which there could be a verdict, in the order of time.
  var scores = CalibrationScores()
  /// Events of the data, and those of a state that the network does not know.
  var (events, unknownEvents) = (0, 0)
  /// The largest score, and where it is.
  var largest = (score: Score(sum: 0, weight: 0), sequence: 0, event: 0)

  /// Scores all of `dataset`; sequences labelled as attacks give no score.
  ///
  /// - Throws: `NothingToCalibrate`, `TooManyThreads`, what reading throws.
  init(
    _ detector: LoadedModel, _ dataset: TraceDataset, observe: ActivationObserver? = nil,
    progress: (Int) -> Void
  ) throws {
    let scorer = DatasetScorer(detector, dataset)
    scorer.observe = observe
    let channel = detector.model.channel(at: 0)
    try scorer.run { step in
      events += 1
      if events % 65_536 == 0 { progress(events) }
      let score = step.scored.scores[0]
      guard channel.judges(afterEvents: step.scored.pastEvents),
        dataset.sequences.label(step.sequence) != .attack
      else { return }
      scores.add(score)
      if score.isLarger(than: largest.score) { largest = (score, step.sequence, step.event) }
    }
    unknownEvents = Int(scorer.counters.unknownEvents)
    guard scores.count > 0 else { throw NothingToCalibrate(minimumEvents: channel.minimumEvents) }
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
