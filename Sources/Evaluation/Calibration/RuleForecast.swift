import Foundation
import ModelFormat
import Scoring

/// What thresholds would have done on data that no network had trained on, and what that says of other
/// data. A false alarm here is an incident: a process with what it forked in which any channel goes
/// over its threshold, however often.
public struct RuleForecast: Sendable {
  /// The rule, as it is written after `--rule`.
  public let name: String
  /// One a channel.
  public let thresholds: [Surprise]
  /// False alarms on the out-of-fold data, and how many events it has.
  public let (incidents, events): (Int, Int)
  /// The expected number on as much data, as counted or extrapolated.
  public let expected: Double
  /// How many as much other data will show to another network: the 90 % interval.
  public let predicted: ClosedRange<Int>
  /// False alarms on the unseen data, its events, and the 90 % interval of how many were to be expected.
  public let unseen: (incidents: Int, events: Int, predicted: ClosedRange<Int>)?

  /// - Parameter tails: one a channel, to extrapolate a rate by where there are too few false alarms to
  ///   count; nil to count them anyway.
  init(
    _ name: String, _ thresholds: [Surprise], _ scores: OutOfFoldScores,
    tails: [PeaksOverThreshold]?
  ) {
    self.name = name
    self.thresholds = thresholds
    let known = scores.known
    let counted = known.incidents(over: thresholds)
    incidents = counted
    events = known.events
    let isExtrapolated = counted < PeaksOverThreshold.fewest
    let drawn = isExtrapolated ? tails.map { Self.draw($0, thresholds, known.clusterCount) } : nil
    // Scores of another network are a little higher or lower, as if thresholds were.
    let seen = CountForecast.networkFactors.map { factor in
      known.incidents(
        over: thresholds.map { Surprise(units: UInt32(min(Double($0.units) * factor, 4e9))) })
    }
    expected = drawn?.expected ?? Double(counted)
    let predict = { (ratio: Double) in
      drawn.map { CountForecast.counts(expected: $0.samples.map { $0 * ratio }) }
        ?? CountForecast.counts(seen: seen, ratio: ratio)
    }
    predicted = predict(1)
    unseen = scores.unseen.map { part in
      let ratio = Double(part.events) / Double(max(1, known.events))
      return (part.incidents(over: thresholds), part.events, predict(ratio))
    }
  }

  /// The extrapolated number of incidents, and what it is in samples of the clusters drawn anew.
  private static func draw(
    _ tails: [PeaksOverThreshold], _ thresholds: [Surprise], _ clusters: Int
  ) -> (expected: Double, samples: [Double]) {
    let levels = thresholds.map(\.exactNats)
    let shares = zip(tails, levels).reduce(0) { $0 + $1.0.share(over: $1.1) }
    let samples = tails.indices.map { index in
      tails[index].resampledShares(
        over: CountForecast.networkFactors.map { $0 * levels[index] }, samples: 500,
        seed: UInt64(index + 1))
    }
    let count = samples.map(\.count).min() ?? 0
    let sums = (0..<count).map { sample in samples.reduce(0) { $0 + $1[sample] } }
    return (shares * Double(clusters), sums.map { $0 * Double(clusters) })
  }

  /// In a line, for people.
  ///
  /// - Parameter eventsPerDay: nil where nobody knows.
  public func text(eventsPerDay: Double?) -> String {
    let levels = thresholds.map(\.text).joined(separator: ", ")
    var line =
      "  \(name): over \(levels) nats, \(incidents)"
      + " false \(incidents == 1 ? "alarm" : "alarms") out of fold"
    if let eventsPerDay, events > 0 {
      let days = Double(events) / eventsPerDay
      let (low, high) = (Double(predicted.lowerBound) / days, Double(predicted.upperBound) / days)
      line +=
        "; \(Self.short(expected / days)) a day (90 %: \(Self.short(low)) to \(Self.short(high)))"
    }
    if let unseen {
      line +=
        "; unseen data: \(unseen.incidents), \(unseen.predicted.lowerBound) to"
        + " \(unseen.predicted.upperBound) were to be expected"
    }
    return line
  }

  private static func short(_ number: Double) -> String { String(format: "%.3g", number) }
}
