import ArgumentParser
import CommandSupport
import Evaluation
import Foundation
import ModelFormat

/// `mle-export emit-c`: a blob for images that have no file system.
struct EmitCCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit-c",
    abstract: "Writes a blob as a C array, with a header beside it.",
    discussion: """
      The blob is verified first: every byte, and the scores of its golden events. \
      docs/c-api.md shows what to do with the array.

      Example: mle-export emit-c model.mle -o model.c   (makes model.h too)
      """)

  @Argument(help: ArgumentHelp("The blob.", valueName: "model.mle"))
  var model: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The C file to make.", valueName: "model.c"))
  var output: String

  @Option(help: "The array's name.")
  var name = "mle_model"

  private var header: String { output.dropLast(2) + ".h" }

  func validate() throws {
    let file = URL(fileURLWithPath: output).lastPathComponent
    guard file.hasSuffix(".c"), file.count > 2 else {
      throw ValidationError("--output must end with .c; the header's name is the same with .h.")
    }
  }

  func run() throws {
    try OutputFiles.check([output, header], inputs: [model])
    let (loaded, bytes) = try BlobFile.loadVerified(model)
    let code: CSource
    do throws(CSource.NameError) {
      code = try loaded.withModel { (model) throws(CSource.NameError) in
        try CSource(
          blob: bytes, model: model, name: name,
          headerFile: URL(fileURLWithPath: header).lastPathComponent)
      }
    } catch {
      throw UsageError("--name \(name): \(Self.fact(error)); choose another one")
    }
    // Neither is put in place when one cannot be written.
    let files = try (FileSink(creating: header), FileSink(creating: output))
    try files.0.write(code.header.utf8)
    try files.1.write(code.source.utf8)
    try files.0.commit()
    try files.1.commit()
    print("\(output), \(header): \(bytes.count) bytes as \(name)")
  }

  private static func fact(_ error: CSource.NameError) -> String {
    switch error {
    case .notAnIdentifier: "is not an identifier of C of at most 63 letters, digits and _"
    case .reserved: "is a name that C or C++ keeps for itself"
    }
  }
}
