import ArgumentParser
import CommandSupport
import Foundation
import TraceData

/// `mle-trainer info`: what is in a data set.
struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Checks a data set and says what is in it.")

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let summary = try DatasetSummary(TraceDataset(path: data))
    if json {
      print(try JSONText.of(summary))
    } else {
      print(Self.text(summary), terminator: "")
    }
  }

  static func text(_ summary: DatasetSummary) -> String {
    var lines = [
      "source     \(summary.source)",
      "made by    \(summary.createdBy)",
      "events     \(summary.events)",
      "sequences  \(summary.sequences), \(summary.forkedSequences) of them forked",
      "lengths    " + list(summary.lengthQuantiles),
      "labels     " + list(summary.labels),
      "states     \(summary.states)",
    ]
    if let seconds = summary.seconds {
      let several = summary.recordings > 1 ? " in \(summary.recordings) recordings" : ""
      lines.append("time span  \(decimal(seconds)) s\(several)")
    }
    if summary.lostRecords > 0 {
      lines.append("lost       \(summary.lostRecords) records, by their sources")
    }
    lines += summary.intervals.map {
      "interval   \($0.name): \($0.count), \(decimal($0.seconds)) s"
    }
    for state in summary.mostFrequent {
      let share = 100 * Double(state.count) / Double(max(1, summary.events))
      lines.append("state      \(state.name): \(state.count), \(decimal(share)) %")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func list(_ counts: [DatasetSummary.Count]) -> String {
    counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
  }

  private static func decimal(_ value: Double) -> String { String(format: "%.1f", value) }
}
