import ArgumentParser
import CommandSupport
import TraceData

/// `mle-trainer split`: a data set into two, by time.
struct SplitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Cuts a data set in two, for training and validation.",
    discussion: """
      The cut is at a moment: sequences that cross it are cut in two, and the second part starts \
      anew. A data set without times is cut between sequences.
      """)

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Option(
    help: ArgumentHelp("How much of the events the first part gets, in 0...1.", valueName: "part"))
  var at: Double

  @Option(help: ArgumentHelp("The first part.", valueName: "a.h5"))
  var first: String

  @Option(help: ArgumentHelp("The rest.", valueName: "b.h5"))
  var rest: String

  func validate() throws {
    guard at > 0, at < 1 else { throw ValidationError("--at must be over 0 and below 1.") }
  }

  func run() throws {
    try OutputFiles.check([first, rest], inputs: [data])
    let split = DatasetSplit(try TraceDataset(path: data), createdBy: MLETrainer.createdBy)
    try split.write(at: at, first: first, rest: rest)
  }
}
