import ArgumentParser
import CommandSupport

/// Turns a checkpoint into a blob, and looks into blobs.
@main
struct MLEExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mle-export",
    abstract: "Freezes a network, its vocabulary and its threshold into one file for the player.",
    discussion: """
      Example: mle-export model.ckpt.h5 --calibrate normal.h5 -o model.mle
      """,
    version: "0.1.0",
    subcommands: [
      FreezeCommand.self, InspectCommand.self, VerifyCommand.self, EmitCCommand.self,
    ],
    defaultSubcommand: FreezeCommand.self
  )

  static func main() { Failure.run(Self.self) }
}
