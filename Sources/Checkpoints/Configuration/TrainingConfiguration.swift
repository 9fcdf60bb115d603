import ModelFormat

/// Everything that a training run depends on besides its data.
///
/// Same data, same configuration: same checkpoint bytes. How many threads work is not part of it.
public struct TrainingConfiguration: Equatable, Sendable {
  /// Which of the two networks.
  public var network = NetworkKind.tcn
  /// C of a `tcn`, 1...256.
  public var channels = 32
  /// K of a `tcn`, 2...8.
  public var kernelWidth = 2
  /// One a block of a `tcn`, each 1...1024, at most 16.
  public var dilations = [1, 2, 4, 8, 16, 32]
  /// Of a `tcn`'s blocks.
  public var activation = Activation.gated
  /// Whether head and embedding of a `tcn` share their weights.
  public var isTied = true
  /// W of a `window-cnn`, in events, 4...128.
  public var windowLength = 10
  /// How often all training events are seen, 1...100,000.
  public var epochs = 10
  /// Events predicted between two updates of the weights, 1...16,777,216.
  public var batchTokens = 500
  /// Most events that are predicted in one stretch, 1...`batchTokens`.
  public var segmentLength = 256
  /// Largest step size of Adam, > 0.
  public var learningRate = 3e-3
  /// Share of all updates over which the step size rises from 0, 0...1.
  public var warmup = 0.02
  /// Decoupled weight decay, >= 0.
  public var weightDecay = 0.01
  /// Share of hidden activations that are dropped, 0..<1.
  public var dropout = 0.05
  /// Share of inputs that are replaced by the unknown state, 0..<1.
  public var unknownRate = 0.01
  /// Largest Euclidean norm of a gradient, > 0; longer ones are scaled down to it.
  public var clipNorm = 1.0
  /// Share of events that are held out to choose the best epoch, 0...0.5; 0 keeps the last one.
  public var heldOut = 0.1
  /// Epochs without a better held-out loss after which training stops, 1...; 0 never stops early.
  public var patience = 5
  /// A state that occurs less often in the training part is unknown, 1...
  public var minimumCount = 1
  /// Of every random choice.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  /// The two architectures by their names in files.
  public enum NetworkKind: String, Sendable, CaseIterable {
    case tcn
    case windowCNN = "window-cnn"
  }

  /// The network for a vocabulary of `vocabularySize` states, the unknown state included.
  ///
  /// - Throws: `.dimension` naming the value that no detector may have.
  public func architecture(vocabularySize: Int) throws(ModelFormatError) -> Architecture {
    switch network {
    case .tcn:
      var blocks = Dilations()
      for dilation in dilations { try blocks.append(dilation) }
      return .tcn(
        try TemporalConvNet(
          vocabularySize: vocabularySize, channels: channels, kernelWidth: kernelWidth,
          dilations: blocks, activation: activation, isTied: isTied))
    case .windowCNN:
      return .windowCNN(
        try WindowConvNet(vocabularySize: vocabularySize, windowLength: windowLength))
    }
  }
}
