import ArgumentParser
import Checkpoints
import CommandSupport
import ModelFormat
import Training

/// What the help screen names, so that it cannot tell other defaults than there are.
private let defaults = TrainingConfiguration()

/// What a training run depends on besides its data. What is not given is the default, or, with
/// `--resume`, what the run was started with.
struct TrainOptions: ParsableArguments {
  @Option(help: "Architecture: tcn or window-cnn (default: tcn).")
  var network: TrainingConfiguration.NetworkKind?

  @Option(help: "tcn: channels of a block, 1...256 (default: \(defaults.channels)).")
  var channels: Int?

  @Option(help: "tcn: taps of a convolution, 2...8 (default: \(defaults.kernelWidth)).")
  var kernelWidth: Int?

  @Option(
    help: ArgumentHelp(
      "tcn: one a block, in events, each 1...1024 (default: 1,2,4,8,16,32).", valueName: "list"))
  var dilations: DilationList?

  @Option(help: "tcn: relu or gated (default: gated).")
  var activation: ActivationArgument?

  @Flag(help: "tcn: give embedding and head weights of their own.")
  var untied = false

  @Option(help: "window-cnn: window in events, 4...128 (default: \(defaults.windowLength)).")
  var windowLength: Int?

  @Option(help: "How often all events are seen, 1...100000 (default: \(defaults.epochs)).")
  var epochs: Int?

  @Option(
    help:
      "Events between two updates of the weights, 1...16777216 (default: \(defaults.batchTokens)).")
  var batchTokens: Int?

  @Option(
    help: "Most events in one stretch, 1...batch-tokens (default: \(defaults.segmentLength)).")
  var segmentLength: Int?

  @Option(help: "Largest step size of Adam, above 0 (default: \(defaults.learningRate)).")
  var learningRate: Double?

  @Option(
    help: "Share of all updates in which the step size rises, 0...1 (default: \(defaults.warmup)).")
  var warmup: Double?

  @Option(help: "Decoupled weight decay, 0 or more (default: \(defaults.weightDecay)).")
  var weightDecay: Double?

  @Option(help: "Share of hidden values that are dropped, 0..<1 (default: \(defaults.dropout)).")
  var dropout: Double?

  @Option(help: "Share of inputs made unknown, 0..<1 (default: \(defaults.unknownRate)).")
  var unknownRate: Double?

  @Option(help: "Largest norm of a gradient, above 0 (default: \(defaults.clipNorm)).")
  var clipNorm: Double?

  @Option(
    help:
      "Share of events held out to choose the best epoch, 0...0.5 (default: \(defaults.heldOut)).")
  var heldOut: Double?

  @Option(
    help:
      "Epochs without improvement until training stops; 0 never stops (default: \(defaults.patience))."
  )
  var patience: Int?

  @Option(
    help: "A state that occurs less often is unknown, 1... (default: \(defaults.minimumCount)).")
  var minCount: Int?

  @Option(help: "Of every random choice, 0...2^64-1 (default: \(defaults.seed)).")
  var seed: UInt64?

  /// Puts what was given into `configuration`.
  func apply(to configuration: inout TrainingConfiguration) {
    set(&configuration.network, network)
    set(&configuration.channels, channels)
    set(&configuration.kernelWidth, kernelWidth)
    set(&configuration.dilations, dilations?.values)
    set(&configuration.activation, activation?.value)
    set(&configuration.isTied, untied ? false : nil)
    set(&configuration.windowLength, windowLength)
    set(&configuration.epochs, epochs)
    set(&configuration.batchTokens, batchTokens)
    set(&configuration.segmentLength, segmentLength)
    if batchTokens != nil, segmentLength == nil {
      // No stretch is longer than a batch; who names both is told of a contradiction.
      configuration.segmentLength = min(configuration.segmentLength, configuration.batchTokens)
    }
    set(&configuration.learningRate, learningRate)
    set(&configuration.warmup, warmup)
    set(&configuration.weightDecay, weightDecay)
    set(&configuration.dropout, dropout)
    set(&configuration.unknownRate, unknownRate)
    set(&configuration.clipNorm, clipNorm)
    set(&configuration.heldOut, heldOut)
    set(&configuration.patience, patience)
    set(&configuration.minimumCount, minCount)
    set(&configuration.seed, seed)
  }

  /// The first option that was given and says nothing of `network`.
  func option(withoutUseFor network: TrainingConfiguration.NetworkKind) -> String? {
    let given: [(name: String, isGiven: Bool, of: TrainingConfiguration.NetworkKind)] = [
      ("--channels", channels != nil, .tcn), ("--kernel-width", kernelWidth != nil, .tcn),
      ("--dilations", dilations != nil, .tcn), ("--activation", activation != nil, .tcn),
      ("--untied", untied, .tcn), ("--window-length", windowLength != nil, .windowCNN),
    ]
    return given.first { $0.isGiven && $0.of != network }?.name
  }

  private func set<Value>(_ setting: inout Value, _ given: Value?) {
    if let given { setting = given }
  }
}

extension TrainingConfiguration.NetworkKind: ExpressibleByArgument {}

/// The nonlinearity by its name.
enum ActivationArgument: String, ExpressibleByArgument, CaseIterable {
  case relu, gated

  var value: Activation { self == .relu ? .relu : .gated }
}

/// Numbers with commas between.
struct DilationList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    guard let values = CommaList.values(in: argument, { Int($0) }) else { return nil }
    self.values = values
  }
}
