import ModelFormat

/// A convolution over rows, or with one tap a dense layer: weights (taps, inputs, outputs) and a
/// bias (outputs) somewhere in the flat buffer of parameters.
///
/// Inside, all widths are rounded up to 16 with weights of 0. The outputs of a gated block are two
/// groups, each rounded up on its own.
struct LayerShape: Sendable {
  let taps: Int
  let inputs: Int
  /// Of one group.
  let outputs: Int
  let groups: Int
  let weightOffset: Int
  let biasOffset: Int

  init(_ weight: PlacedTensor, _ bias: PlacedTensor, groups: Int = 1) {
    let dimensions = weight.shape.dimensions
    let isConvolution = weight.shape.rank == 3
    taps = isConvolution ? dimensions.0 : 1
    inputs = isConvolution ? dimensions.1 : dimensions.0
    outputs = (isConvolution ? dimensions.2 : dimensions.1) / groups
    self.groups = groups
    weightOffset = weight.offset
    biasOffset = bias.offset
  }

  /// A dense layer over `taps` stretches of rows, as a convolution with as many taps.
  init(dense weight: PlacedTensor, _ bias: PlacedTensor, taps: Int) {
    self.taps = taps
    inputs = weight.shape.dimensions.0 / taps
    outputs = weight.shape.dimensions.1
    groups = 1
    weightOffset = weight.offset
    biasOffset = bias.offset
  }

  var paddedInputs: Int { padded(inputs) }
  /// All groups.
  var paddedOutputs: Int { groups * padded(outputs) }
  /// One tap of the weights.
  var layout: PanelLayout { PanelLayout(rows: paddedInputs, columns: paddedOutputs) }
  /// One tap of the transposed weights.
  var transposedLayout: PanelLayout { PanelLayout(rows: paddedOutputs, columns: paddedInputs) }
}

/// A tensor and where it begins in the flat buffer.
struct PlacedTensor {
  let shape: TensorShape
  let offset: Int

  var range: Range<Int> { offset..<offset + shape.count }
  /// Whether weight decay applies to it: to tensors of rank 2 and 3 (the embedding too), not to biases.
  var isDecayed: Bool { shape.rank > 1 }
}

extension Architecture {
  /// All tensors with their places in the flat buffer, in its order.
  var placedTensors: [PlacedTensor] {
    var offset = 0
    return (0..<tensorCount).map { index in
      let shape = tensor(at: index)
      defer { offset += shape.count }
      return PlacedTensor(shape: shape, offset: offset)
    }
  }
}
