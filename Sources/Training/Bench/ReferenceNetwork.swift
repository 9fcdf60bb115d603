import ModelFormat

/// The networks that speed is measured on, here and beside PyTorch.
public enum ReferenceNetwork: String, CaseIterable, Sendable {
  case tcnS = "tcn-s"
  case tcnM = "tcn-m"
  case tcnL = "tcn-l"
  case tcnXL = "tcn-xl"
  /// The network of the Exein Core player of 2020, its window and its vocabulary.
  case windowCNN = "window-cnn"

  /// The shape of the network: ReLU blocks of kernel width 3 with an embedding of their own, or the
  /// ancestor's window.
  ///
  /// - Throws: `.dimension` if a definition here is one that no detector may have.
  func architecture() throws(ModelFormatError) -> Architecture {
    switch self {
    case .tcnS: try Self.tcn(states: 256, channels: 32, [1, 2, 4, 8, 16])
    case .tcnM: try Self.tcn(states: 256, channels: 64, [1, 2, 4, 8, 16])
    case .tcnL: try Self.tcn(states: 1024, channels: 64, [1, 2, 4, 8, 16])
    case .tcnXL: try Self.tcn(states: 1024, channels: 128, [1, 2, 4, 8, 16, 32])
    case .windowCNN: .windowCNN(try WindowConvNet(vocabularySize: 17, windowLength: 10))
    }
  }

  private static func tcn(
    states: Int, channels: Int, _ dilations: [Int]
  ) throws(ModelFormatError) -> Architecture {
    var blocks = Dilations()
    for dilation in dilations { try blocks.append(dilation) }
    return .tcn(
      try TemporalConvNet(
        vocabularySize: states, channels: channels, kernelWidth: 3, dilations: blocks,
        activation: .relu, isTied: false))
  }

  /// A batch: how many segments, of how many targets each.
  var batch: (segments: Int, targets: Int) {
    self == .windowCNN ? (8, 128) : (32, 256)
  }
}
