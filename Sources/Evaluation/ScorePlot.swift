import Foundation
import ModelFormat
import Scoring
import TraceData

/// Draws the anomaly score over time, as an SVG: the highest score of any process in each column of
/// pixels, the threshold, and labelled attacks as shaded stretches.
public struct ScorePlot {
  /// Columns and rows of the plot itself, in pixels.
  private static let size = (width: 900, height: 260)
  private static let margin = (left: 48, top: 30, right: 12, bottom: 34)

  private let title: String
  private let channel: DetectionChannel
  private var threshold: Double { channel.threshold.exactNats }
  private let time: ClosedRange<UInt64>
  private let attacks: [LabelledInterval]
  private var columns: [Double?]

  /// An empty plot.
  ///
  /// - Parameters:
  ///   - time: what is shown, in the source's nanoseconds.
  ///   - channel: whose scores are drawn, and its threshold as a line.
  public init(
    title: String, time: ClosedRange<UInt64>, channel: DetectionChannel,
    intervals: [LabelledInterval]
  ) {
    self.title = title
    self.time = time
    self.channel = channel
    attacks = intervals.filter { $0.label == .attack && time.overlaps($0.start...$0.end) }
    columns = [Double?](repeating: nil, count: Self.size.width)
  }

  /// Takes one scored event; those outside of the time shown, and those too early for a verdict, are
  /// passed over.
  public mutating func add(_ score: Score, pastEvents: UInt64, time: UInt64) {
    guard self.time.contains(time), channel.judges(afterEvents: pastEvents) else { return }
    let column = min(Int(share(time) * Double(columns.count)), columns.count - 1)
    columns[column] = max(columns[column] ?? 0, Double(score.nats))
  }

  private func share(_ time: UInt64) -> Double {
    let length = self.time.upperBound - self.time.lowerBound
    let past = min(max(time, self.time.lowerBound), self.time.upperBound) - self.time.lowerBound
    return length == 0 ? 0 : Double(past) / Double(length)
  }

  /// The picture.
  public var svg: String {
    let top = niceCeiling(max(threshold * 1.2, columns.compactMap { $0 }.max() ?? 0))
    let (size, margin) = (Self.size, Self.margin)
    let width = size.width + margin.left + margin.right
    let height = size.height + margin.top + margin.bottom
    let parts =
      [
        #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(height)""#
          + #" font-family="sans-serif" font-size="12">"#,
        #"<rect width="\#(width)" height="\#(height)" fill="white"/>"#,
        #"<text x="\#(margin.left)" y="18" font-size="14">\#(escaped(title))</text>"#,
      ] + attacks.map(shade) + grid(top) + curve(top) + thresholdLine(top) + timeAxis + ["</svg>"]
    return parts.joined(separator: "\n") + "\n"
  }

  private func x(_ share: Double) -> String {
    String(format: "%.1f", Double(Self.margin.left) + share * Double(Self.size.width))
  }

  private func y(_ nats: Double, _ top: Double) -> String {
    String(
      format: "%.1f",
      Double(Self.margin.top) + (1 - min(nats, top) / top) * Double(Self.size.height))
  }

  private func shade(_ attack: LabelledInterval) -> String {
    let (from, to) = (share(attack.start), share(attack.end))
    let width = String(format: "%.1f", max(1, (to - from) * Double(Self.size.width)))
    return #"<rect x="\#(x(from))" y="\#(Self.margin.top)" width="\#(width)""#
      + #" height="\#(Self.size.height)" fill="mistyrose"><title>\#(escaped(attack.name))</title></rect>"#
  }

  private func grid(_ top: Double) -> [String] {
    (0...4).map { step in
      let nats = top * Double(step) / 4
      let label = String(format: "%g", nats)
      return #"<path d="M\#(x(0)) \#(y(nats, top))H\#(x(1))" stroke="gainsboro"/>"#
        + #"<text x="\#(Self.margin.left - 6)" y="\#(y(nats, top))" text-anchor="end""#
        + #" dominant-baseline="middle">\#(label)</text>"#
    }
  }

  /// A stroke a column; columns without an event stay empty.
  private func curve(_ top: Double) -> [String] {
    let strokes = columns.enumerated().compactMap { column, nats in
      nats.map {
        "M\(x((Double(column) + 0.5) / Double(columns.count))) \(y(0, top))V\(y($0, top))"
      }
    }
    return [#"<path d="\#(strokes.joined())" stroke="steelblue"/>"#]
  }

  private func thresholdLine(_ top: Double) -> [String] {
    [
      #"<path d="M\#(x(0)) \#(y(threshold, top))H\#(x(1))" stroke="firebrick" stroke-dasharray="6 3"/>"#,
      #"<text x="\#(Self.margin.left + 4)" y="\#(y(threshold + top * 0.03, top))" fill="firebrick">"#
        + String(format: "threshold %.2f nats</text>", threshold),
    ]
  }

  private var timeAxis: [String] {
    let seconds = Double(time.upperBound - time.lowerBound) / 1e9
    let bottom = Self.margin.top + Self.size.height + 18
    return (0...4).map { step in
      let share = Double(step) / 4
      let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
      return #"<text x="\#(x(share))" y="\#(bottom)" text-anchor="\#(anchor)">"#
        + String(format: "%.2f s</text>", seconds * share)
    }
  }

  /// The next of 1, 2, 4, 8, 10, 12, 16, 20, ... times a power of ten.
  private func niceCeiling(_ value: Double) -> Double {
    guard value > 0 else { return 1 }
    let power = pow(10, (log10(value)).rounded(.down))
    let steps = [1, 1.2, 1.6, 2, 4, 8, 10]
    return (steps.first { $0 * power >= value } ?? 10) * power
  }

  private func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}
