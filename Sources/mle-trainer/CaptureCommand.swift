import ArgumentParser
import CommandSupport
import Foundation
import KernelTrace
import TraceData

/// `mle-trainer capture`: a data set as the records that a device would have sent.
struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Tells a data set again as what a device would have seen.")

  @Argument(help: ArgumentHelp("The data set.", valueName: "data.h5"))
  var data: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The capture to make.", valueName: "out.mlt"))
  var output: String?

  @Flag(help: "Print the text protocol, one record a line, on standard output.")
  var text = false

  func validate() throws {
    if text == (output != nil) {
      throw ValidationError("Say where to write: either --output or --text.")
    }
  }

  func run() throws {
    try OutputFiles.check([output], inputs: [data])
    let dataset = try TraceDataset(path: data)
    if let output {
      let file = try FileSink(creating: output)
      try CaptureExport.write(dataset, to: file)
      try file.commit()
    } else {
      try CaptureExport.print(dataset, to: .standardOutput())
    }
  }
}
