import ModelFormat
import Scoring

/// A thread's score so far, under one aggregation; that of a channel has the player's bits.
struct RunningScore {
  private let aggregation: Aggregation
  /// Nil of a mean.
  private var running: RunningChannel?
  private var count: UInt64 = 0
  /// Of all events, in units of 2^-24 nats.
  private var sum: UInt64 = 0

  init(_ aggregation: Aggregation) {
    self.aggregation = aggregation
    running = aggregation.channel.map { RunningChannel($0) }
  }

  /// Takes the thread's next event.
  mutating func add(_ surprise: Surprise) {
    running?.add(surprise)
    sum += UInt64(surprise.units)
    count += 1
  }

  /// In nats; nil while there are too few events for a verdict.
  var nats: Double? {
    guard let running else {
      return count == 0 ? nil : Double(sum) / (Double(count) * Double(Surprise.unitsPerNat))
    }
    return running.channel.judges(afterEvents: count) ? running.score.exactNats : nil
  }

  /// What a forked child starts with: the parent's past, but a trace's mean is its own.
  var inherited: RunningScore { aggregation == .mean ? RunningScore(aggregation) : self }
}
