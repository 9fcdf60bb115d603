import Foundation
import TraceData

/// Makes a comparison.
public struct DetectorTrial {
  /// Under which detectors are compared.
  public var aggregations: [Aggregation] = []
  /// Most events of a window.
  public var windowLength = 200
  /// What a threshold is to the largest score of the training data, where there is such data.
  public var multiple = 2.0
  /// Told what goes on.
  public var progress: (String) -> Void = { _ in }

  /// No aggregation yet.
  public init() {}

  /// Data that is scored.
  struct Part {
    let dataset: TraceDataset
    let isNormal: Bool
    let runs: AttackRuns
    let replay: ScoreReplay
  }

  /// Scores all data with all detectors.
  ///
  /// - Parameters:
  ///   - training: what the detectors learned, for thresholds that are a multiple of its scores.
  ///   - normal: without attacks.
  ///   - attack: with attacks, as labelled sequences or intervals.
  /// - Throws: what reading throws, `TooManyThreads`.
  public func compare(
    _ detectors: [any EventDetector], training: TraceDataset?, normal: TraceDataset?,
    attack: TraceDataset?
  ) throws -> DetectorComparison {
    var (seconds, events) = ([Double](repeating: 0, count: detectors.count), 0)
    func replay(_ dataset: TraceDataset) throws -> ScoreReplay {
      events += dataset.eventCount
      let surprises = try detectors.enumerated().map { index, detector in
        progress("\(dataset.path): \(detector.name)")
        let pass = try detector.pass(over: dataset)
        seconds[index] += pass.seconds
        return pass.surprises
      }
      return ScoreReplay(dataset, surprises: surprises, aggregations: aggregations)
    }
    let parts = try [(normal, true), (attack, false)].compactMap { dataset, isNormal in
      try dataset.map {
        Part(
          dataset: $0, isNormal: isNormal, runs: try AttackRuns($0, isNormal: isNormal),
          replay: try replay($0))
      }
    }
    let largest = try training.map { try self.largest(replay($0), of: $0) }
    let units = try units(parts, columnCount: detectors.count * aggregations.count)
    let rules = rules(units, largest: largest, columnCount: detectors.count * aggregations.count)
    let studies = try studies(parts, rules)
    let facts = detectors.enumerated().map { index, detector in
      DetectorComparison.Facts(
        name: detector.name, bytes: detector.byteCount,
        microsecondsPerEvent: seconds[index] * 1e6 / Double(max(events, 1)))
    }
    let sections = aggregations.indices.map { aggregation in
      section(aggregation, detectors.map(\.name), parts, units, rules, studies)
    }
    return DetectorComparison(
      detectors: facts, windowLength: windowLength, sections: sections)
  }
}
