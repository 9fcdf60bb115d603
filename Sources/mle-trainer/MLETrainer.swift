import ArgumentParser
import CommandSupport

/// The workstation's tool: traces in, checkpoint out.
@main
struct MLETrainer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mle-trainer",
    abstract: "Imports and checks traces, keeps them in HDF5, trains and evaluates.",
    version: "0.1.0",
    subcommands: [
      ImportCommand.self, InfoCommand.self, LintCommand.self, SplitCommand.self,
      CaptureCommand.self, TrainCommand.self, CalibrateCommand.self, EvaluateCommand.self,
      BenchCommand.self, BenchDetectorsCommand.self, PlotCommand.self,
    ]
  )

  /// What data sets name as their maker.
  static var createdBy: String { "mle-trainer \(configuration.version)" }

  static func main() { Failure.run(Self.self) }
}
