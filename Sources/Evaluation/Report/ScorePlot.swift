import Foundation
import ModelFormat
import Scoring
import TraceData

/// Draws anomaly scores over time: of every channel the least and the highest score of any process in
/// each column of pixels, the threshold, and attacks as shaded stretches.
public struct ScorePlot {
  private static let size = (width: 1060.0, height: 270.0)

  private let title: String
  private let channels: [DetectionChannel]
  private let time: ClosedRange<UInt64>
  private let hasTimes: Bool
  private let runs: [AttackRun]
  /// One a channel.
  private var bins: [TimeBins]

  /// An empty plot.
  ///
  /// - Parameters:
  ///   - channels: whose scores are drawn, each in a chart of its own with its threshold as a line.
  ///   - time: what is shown, in the source's nanoseconds; without times in numbers of events.
  public init(
    title: String, channels: [DetectionChannel], runs: [AttackRun], time: ClosedRange<UInt64>,
    hasTimes: Bool = true
  ) {
    self.title = title
    self.channels = channels
    self.time = time
    self.hasTimes = hasTimes
    self.runs = runs.filter { time.overlaps($0.time) }
    bins = channels.map { _ in TimeBins(time, count: Chart.plotWidth(of: Self.size.width)) }
  }

  /// Takes one scored event; those outside of the time shown, and those too early for a verdict, are
  /// passed over.
  public mutating func add(_ scored: ScoredEvent, time: UInt64) {
    for index in channels.indices where channels[index].judges(afterEvents: scored.pastEvents) {
      bins[index].add(scored.scores[index].exactNats, at: time)
    }
  }

  /// The picture, a file of its own.
  public var svg: String {
    let height = Self.size.height * Double(channels.count)
    let view = String(format: "0 0 %g %g", Self.size.width, height)
    return #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="\#(view)">"#
      + "\n<style>\n\(ChartStyle.css)\nsvg{background:var(--paper)}\n</style>\n"
      + charts(stacked: true).joined(separator: "\n") + "\n</svg>\n"
  }

  /// A chart a channel.
  ///
  /// - Parameter stacked: whether they stand one under the other in one picture.
  func charts(stacked: Bool) -> [String] {
    channels.indices.map { index in
      let chart = chart(index)
      return chart.svg(marks(index, chart), at: stacked ? Self.size.height * Double(index) : 0)
    }
  }

  private func chart(_ index: Int) -> Chart {
    let threshold = channels[index].threshold.exactNats
    let length = Double(time.upperBound - time.lowerBound) / (hasTimes ? 1e9 : 1)
    return Chart(
      title: "\(title) (\(channels[index].name))",
      x: .exact(hasTimes ? "time, seconds" : "events", 0...max(length, 1e-9)),
      y: .linear(
        "anomaly score, nats", upTo: max(threshold * 1.25, bins[index].largest ?? 0)),
      size: Self.size)
  }

  private func marks(_ index: Int, _ chart: Chart) -> [String] {
    let threshold = channels[index].threshold.exactNats
    let width = chart.x.range.upperBound / Double(bins[index].bins.count)
    let columns = bins[index].bins.enumerated().compactMap { column, range in
      range.map { (x: (Double(column) + 0.5) * width, from: $0.lowerBound, to: $0.upperBound) }
    }
    // A column of equal scores is still to be seen.
    let least = chart.y.range.upperBound / 200
    let below = columns.map {
      (x: $0.x, from: min($0.from, $0.to - least), to: min($0.to, threshold))
    }
    let over = columns.filter { $0.to > threshold }.map {
      (x: $0.x, from: max($0.from, threshold), to: $0.to)
    }
    let line = String(format: "threshold %.2f nats", threshold)
    return runs.map { chart.shade(share($0.time), name: $0.kind) }
      + [
        chart.strokes(below.filter { $0.from < $0.to }, class: "scores"),
        chart.strokes(over, class: "over"),
      ] + chart.level(threshold, line)
  }

  /// A stretch of time as the axis counts it.
  private func share(_ range: ClosedRange<UInt64>) -> ClosedRange<Double> {
    let range = range.clamped(to: time)
    let unit = hasTimes ? 1e9 : 1
    return
      (Double(range.lowerBound - time.lowerBound) / unit)...(Double(
        range.upperBound - time.lowerBound) / unit)
  }
}

extension ScorePlot {
  /// An empty plot of a data set that has times.
  ///
  /// - Throws: what reading throws.
  public init(
    _ dataset: TraceDataset, scoredBy model: LoadedModel, time: ClosedRange<UInt64>
  ) throws(TraceDataError) {
    self.init(
      title: dataset.source, channels: model.channels, runs: try AttackRuns(dataset).runs,
      time: time)
  }
}

extension LoadedModel {
  /// Its detection channels.
  public var channels: [DetectionChannel] {
    withModel { model in (0..<model.channelCount).map { model.channel(at: $0) } }
  }
}
