import ArgumentParser

/// The workstation's tool: traces in, checkpoint out.
@main
struct MLETrainer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mle-trainer",
    abstract: "Imports and checks traces, keeps them in HDF5, trains and evaluates.",
    version: "0.1.0"
  )
}
