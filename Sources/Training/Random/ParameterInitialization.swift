import ModelFormat

extension Architecture {
  /// Fresh parameters: all tensors in the order of `tensor(at:)`, one after the other.
  ///
  /// Weights are uniform with the variance of He et al. 2015 before a ReLU (2 / inputs), of LeCun
  /// et al. 1998 elsewhere (1 / inputs); the embedding has variance 1 / C. A block's `mix` is
  /// smaller by the square root of the number of blocks, so that the residual sum keeps its size
  /// (Zhang, Dauphin, Ma 2019). Biases are 0.
  func initialParameters(seed: UInt64) -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(parameterCount)
    for index in 0..<tensorCount {
      let shape = tensor(at: index)
      var random = RandomStream(seed: RandomStream.key(seed: seed, UInt64(index)))
      let bound = (3 * initialVariance(of: shape)).squareRoot()
      for _ in 0..<shape.count { parameters.append((2 * random.nextUnit() - 1) * bound) }
    }
    return parameters
  }

  private func initialVariance(of shape: TensorShape) -> Float {
    guard shape.rank > 1 else { return 0 }
    let inputs = Float(shape.count / lastDimension(of: shape))
    return switch (shape.role, self) {
    case (.embedding, _): 1 / Float(shape.dimensions.1)
    case (.mixWeight, .tcn(let network)): 1 / inputs / Float(network.dilations.count)
    case (.convolutionWeight, .tcn(let network)):
      (network.activation == .relu ? 2 : 1) / inputs
    case (.layerWeight(1), _):
      // One-hot inputs: three weights meet in a sum, whatever the vocabulary.
      2 / Float(WindowConvNet.kernelWidth)
    case (.layerWeight, _): 2 / inputs
    default: 1 / inputs
    }
  }

  private func lastDimension(of shape: TensorShape) -> Int {
    shape.rank == 2 ? shape.dimensions.1 : shape.dimensions.2
  }
}
