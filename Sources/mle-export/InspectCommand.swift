import ArgumentParser
import CommandSupport
import Evaluation
import Foundation
import ModelFormat
import Scoring

/// `mle-export inspect`: everything that a blob says.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Prints all of a blob: network, threshold, provenance, vocabulary, golden events.")

  @Argument(help: ArgumentHelp("The blob.", valueName: "model.mle"))
  var model: String

  @Flag(help: "As one JSON object, weights as their tensors' statistics.")
  var json = false

  func run() throws {
    let (loaded, bytes) = try BlobFile.load(model)
    let report = loaded.withModel { BlobReport($0, byteCount: bytes.count) }
    if json {
      print(try JSONText.of(report))
    } else {
      print(report.text, terminator: "")
    }
  }
}
