import ArgumentParser
import CommandSupport
import Evaluation
import Foundation
import TraceData

/// `mle-trainer lint`: whether a data set is fit to be learned from.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Looks for what spoils a data set: copies, gaps, contamination, wrong times.",
    discussion: """
      Problems contradict the data's own format or clock and end with status 65; warnings and notes \
      end with 0. The list of the oddest sequences is for you to look through: in normal data it \
      should hold nothing that you cannot explain.
      """)

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "Another one that is meant to be independent of it, to look for copies across.",
      valueName: "other.h5"))
  var against: String?

  @Option(help: "How many of the oddest sequences to print, copies counted once, 0...100000.")
  var top = 10

  @Option(help: "States in a row that coverage counts, 2...16.")
  var order = 6

  @Flag(help: "One JSON object, with the oddest 2 % of all sequences, or --top where that is more.")
  var json = false

  func validate() throws {
    guard (0...100_000).contains(top) else {
      throw ValidationError("--top must be 0 to 100000.")
    }
    guard (2...16).contains(order) else { throw ValidationError("--order must be 2 to 16.") }
  }

  func run() throws {
    let lint = try DatasetLint(
      TraceDataset(path: data), against: try against.map(TraceDataset.init), order: order,
      top: top)
    if json {
      print(try JSONText.of(lint))
    } else {
      print(lint.text(suspects: top), terminator: "")
    }
    if lint.hasProblems { throw FileError(data, .badData, "has problems; see above") }
  }
}
