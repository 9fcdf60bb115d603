import ArgumentParser

/// Turns a checkpoint into a blob.
@main
struct MLEExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mle-export",
    abstract: "Freezes a checkpoint and its threshold into one file for the player.",
    version: "0.1.0"
  )
}
