extension TensorRole {
  /// The name in a checkpoint (`docs/checkpoint-format.md`), such as `blocks.0.conv.weight`.
  public var name: String {
    switch self {
    case .embedding: "embedding"
    case .convolutionWeight(let block): "blocks.\(block).conv.weight"
    case .convolutionBias(let block): "blocks.\(block).conv.bias"
    case .mixWeight(let block): "blocks.\(block).mix.weight"
    case .mixBias(let block): "blocks.\(block).mix.bias"
    case .layerWeight(let layer): "layer\(layer).weight"
    case .layerBias(let layer): "layer\(layer).bias"
    case .headWeight: "head.weight"
    case .headBias: "head.bias"
    }
  }
}
