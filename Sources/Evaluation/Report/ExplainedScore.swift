import ModelFormat
import Scoring
import TraceData

/// The events behind a thread's score, each with what it added and what was expected instead.
struct ExplainedScore {
  /// One event.
  struct Event {
    /// As the data set calls the state.
    let state: String
    /// Whether the model knows it.
    let isKnown: Bool
    let surprise: Surprise
    /// Weight times surprise, in the units of the score's sum.
    let contribution: UInt64
    /// The likeliest states in its place, the likeliest first, with their probabilities.
    let expected: [(state: String, probability: Double)]
  }

  let score: Score
  /// The oldest first.
  let events: [Event]
  /// What older events add to the sum; of a window nothing.
  let earlier: Score
}

/// Who did something, and when.
struct TracePlace {
  let program: String
  let pid: UInt32
  let tid: UInt32
  /// Seconds after the first event of the data set; nil without times.
  let seconds: Double?
  /// Which event of its thread, from 1.
  let event: Int
}

extension DatasetScorer {
  /// Explains the score that a channel of the thread of an event has after it: to be called before the
  /// next event is scored.
  ///
  /// - Throws: what reading throws.
  func explain(_ step: Step, channel: Int) throws(TraceDataError) -> ExplainedScore {
    let events = dataset.sequences.events(of: step.sequence)
    let score = step.scored.scores[channel]
    var found: [ExplainedEvent] = []
    let earlier = scorer.explain(
      score, ofChannel: channel, of: Self.thread(step.sequence)
    ) { found.append($0) }
    // The model has one name for all that it does not know; the data set has a name for each.
    let states = try dataset.lineage(
      endingAt: step.event - events.lowerBound + 1, of: step.sequence, count: found.count)
    return ExplainedScore(
      score: score,
      events: zip(found, states).map { event, state in
        ExplainedScore.Event(
          state: dataset.vocabulary[Int(state)].name, isKnown: event.state != 0,
          surprise: event.surprise, contribution: event.contribution,
          expected: expectations(event))
      }, earlier: earlier)
  }

  private func expectations(_ event: ExplainedEvent) -> [(state: String, probability: Double)] {
    (0..<3).map { event.expected[$0] }.filter { $0.state != 0 }.map { expectation in
      let name = String(
        decoding: loaded.model.vocabulary.name(at: expectation.state), as: UTF8.self)
      return (name, Double(expectation.surprise.probabilityInMillionths) / 1e6)
    }
  }
}
