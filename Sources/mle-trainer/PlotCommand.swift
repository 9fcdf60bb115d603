import ArgumentParser
import CommandSupport
import Evaluation
import Foundation
import TraceData

/// `mle-trainer plot`: the picture of a score that crosses its threshold.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws the anomaly score of a data set over time, as an SVG.",
    discussion: """
      Each column spans the least and the highest score of any process in it, a chart a detection \
      channel; labelled attacks are shaded.
      """)

  @Argument(help: ArgumentHelp("The blob.", valueName: "model.mle"))
  var model: String

  @Argument(help: ArgumentHelp("A data set with times.", valueName: "data.h5"))
  var data: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The picture to make.", valueName: "out.svg"))
  var output: String

  @Option(help: "Where the picture starts, in seconds after the first event.")
  var from = 0.0

  @Option(help: "How much it shows, in seconds (default: all the rest).")
  var seconds: Double?

  func validate() throws {
    guard from >= 0, from < 1e9, seconds ?? 1 > 0, seconds ?? 1 < 1e9 else {
      throw ValidationError("--from must be 0 or more, --seconds over 0, both below 1e9.")
    }
  }

  func run() throws {
    try OutputFiles.check([output], inputs: [model, data])
    // Whether it can be written is better known before everything is scored.
    let file = try FileSink(creating: output)
    let loaded = try BlobFile.load(model).model
    let dataset = try TraceDataset(path: data)
    guard dataset.hasTimes, let whole = try dataset.timeSpan() else {
      throw UsageError("\(data): its events have no times; plot a data set that has them")
    }
    guard whole.lowerBound < whole.upperBound else {
      throw FileError(
        data, .badData, "all of its events have one time; plot one that has more")
    }
    let offset = UInt64(from * 1e9)
    guard offset < whole.upperBound - whole.lowerBound else {
      throw UsageError("\(data): ends before --from \(from); it is \(text(whole)) s long")
    }
    let start = whole.lowerBound + offset
    let rest = whole.upperBound - start
    let end = start + min(rest, seconds.map { UInt64($0 * 1e9) } ?? rest)
    var plot = try ScorePlot(dataset, scoredBy: loaded, time: start...end)
    try DatasetScorer(loaded, dataset).run { plot.add($0.scored, time: $0.time) }
    try file.write(plot.svg.utf8)
    try file.commit()
  }

  private func text(_ span: ClosedRange<UInt64>) -> String {
    String(format: "%.2f", Double(span.upperBound - span.lowerBound) / 1e9)
  }
}
