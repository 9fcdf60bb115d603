import ArgumentParser
import CommandSupport
import Foundation
import TraceData

/// `mle-trainer import`: traces of any kind into a data set.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a data set out of recorded traces.",
    discussion: """
      Inputs are files, directories (all files in them) or - for the standard input. Files packed \
      with gzip or xz are unpacked.
      """)

  @Argument(help: "Files, directories, or -.")
  var inputs: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("The data set to make.", valueName: "out.h5"))
  var output: String

  @Option(help: "What the inputs are; told by their content where not given.")
  var format: TraceFormat?

  @Option(
    help: ArgumentHelp(
      "File of attacks, 'kind run t_start_ns t_end_ns' a line; what is outside is normal.",
      valueName: "file"))
  var labels: String?

  @Option(help: "What all sequences are; not labelled where neither this nor --labels is given.")
  var label: LabelArgument?

  @Option(help: ArgumentHelp("Where the traces come from, for the data set.", valueName: "text"))
  var source: String?

  func validate() throws {
    if labels != nil, label != nil {
      throw ValidationError("--labels and --label exclude each other.")
    }
    if inputs.filter({ $0 == "-" }).count > 1 {
      throw ValidationError("The standard input can be named once.")
    }
  }

  func run() throws {
    let files = try InputFiles.expand(inputs)
    try OutputFiles.check([output], inputs: files + [labels])
    let writer = try TraceDatasetWriter(
      path: output, source: source ?? inputs.joined(separator: " "),
      createdBy: MLETrainer.createdBy)
    if let label { writer.defaultLabel = label.traceLabel }
    if let labels { try LabelFile.intervals(path: labels).forEach(writer.addInterval) }
    let importing = InputImport(into: writer, format: format)
    for file in files { try importing.add(file) }
    try importing.finish()
    if writer.hasTimes, let timeless = importing.timeless {
      throw FileError(
        timeless, .badData,
        "its events have no times, and those of other inputs have; import them apart")
    }
    if let labels, !writer.hasTimes {
      throw UsageError(
        "\(labels): says when there were attacks, and no event in \(inputs[0]) has a time; "
          + "give --label")
    }
    let overlap = writer.hasTimes && Recording.overlap(writer.recordings)
    if let labels, overlap {
      throw UsageError(
        "\(labels): says when there were attacks, and the inputs overlap in time; import them apart"
      )
    }
    try writer.finish()
    let progress = ProgressLine()
    progress.tell("\(output): \(writer.eventCount) events of \(files.count) inputs")
    if overlap {
      progress.tell(
        "\(output): the inputs overlap in time, as of several devices; split cuts all of them")
    }
    let lost = Recording.lostRecords(writer.recordings)
    if lost > 0 { progress.tell("\(output): the sources had lost \(lost) records") }
  }
}

/// `--label`.
enum LabelArgument: String, CaseIterable, ExpressibleByArgument {
  case normal, attack

  var traceLabel: TraceLabel { self == .normal ? .normal : .attack }
}
