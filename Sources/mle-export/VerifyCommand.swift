import ArgumentParser
import CommandSupport
import Foundation
import ModelFormat

/// `mle-export verify`: all that a player checks, without a device.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks every byte of a blob and scores its golden events.")

  @Argument(help: ArgumentHelp("The blob.", valueName: "model.mle"))
  var model: String

  func run() throws {
    let (loaded, bytes) = try BlobFile.loadVerified(model)
    print("\(model): \(bytes.count) bytes, digest and structure are right")
    loaded.withModel { model in
      print("\(model.goldenEventCount) golden events have the expected bits")
      print("digest \(model.digest)")
    }
  }
}
