import ModelFormat

/// What one worker needs for a `TCNNetwork`: packed weights, activations, gradients.
final class TCNWorkspace {
  let head: Head
  private let shape: TemporalConvNet
  private let blocks: [TemporalBlock]
  private let parameterCount: Int
  private let activations: [FloatBuffer]  // the blocks' inputs, then the last one's output
  private let dActivation = FloatBuffer()  // each row at its place in the first block's input
  private let scratch = TemporalBlock.Scratch()
  private var parameters: UnsafePointer<Float>?
  /// starts[b] is the first position that the input of block b is needed for.
  private var starts: [Int]

  init(_ shape: TemporalConvNet, hasTables: Bool) {
    self.shape = shape
    parameterCount = Architecture.tcn(shape).parameterCount
    let tensors = Architecture.tcn(shape).placedTensors
    let headWeight = tensors[tensors.count - 2]
    let embedding =
      shape.isTied ? EmbeddingPlace(tiedTo: headWeight) : EmbeddingPlace(tensors[0])
    let first = shape.isTied ? 0 : 1
    let pairScratch = Pairing.Scratch()
    blocks = (0..<shape.dilations.count).map { index in
      let tensor = first + 4 * index
      return TemporalBlock(
        index: index,
        convolution: LayerShape(
          tensors[tensor], tensors[tensor + 1], groups: shape.activation == .gated ? 2 : 1),
        mix: LayerShape(tensors[tensor + 2], tensors[tensor + 3]),
        activation: shape.activation, dilation: shape.dilations[index],
        tabled: hasTables && index == 0 ? embedding : nil, pairScratch: pairScratch)
    }
    head = Head(LayerShape(headWeight, tensors[tensors.count - 1]))
    activations = (0...shape.dilations.count).map { _ in FloatBuffer() }
    starts = Array(repeating: 0, count: shape.dilations.count + 1)
  }

  /// A forward pass.
  struct Pass {
    let inputCount: Int
    let dropout: Dropout?
    /// (targets, padded C)
    let output: UnsafeMutablePointer<Float>
  }

  private var channels: Int { padded(shape.channels) }

  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool) {
    for block in blocks { block.load(parameters, forBackward: forBackward) }
    // Tied, the transposed head is the embedding.
    head.layer.load(parameters, forBackward: forBackward || shape.isTied)
    self.parameters = parameters
  }

  /// Adds the layers' gradients to the flat buffer and clears them.
  func moveGradient(to gradient: UnsafeMutablePointer<Float>) {
    for block in blocks { block.moveGradient(to: gradient) }
    head.layer.moveGradient(to: gradient)
  }

  /// Brings the gradient of the first block's tables, which is behind that of the parameters, to
  /// the parameters.
  func completeGradient(_ gradient: UnsafeMutablePointer<Float>) {
    blocks[0].completeGradient(gradient, dTables: gradient + parameterCount)
  }

  /// - Precondition: parameters are loaded.
  func forward(_ segment: Segment, dropout: Dropout?) -> Pass {
    guard let parameters else { preconditionFailure("no parameters are loaded") }
    segment.check(vocabularySize: shape.vocabularySize)
    let count = segment.inputs.count
    findStarts(inputs: count, targets: segment.targets.count)
    var x = activations[0].reserve((count - starts[0]) * channels)
    let states = segment.inputs[starts[0]...]
    if shape.isTied {
      Embedding.gather(states, tiedTo: head.layer, into: x)
    } else {
      Embedding.gather(states, parameters, channels: shape.channels, into: x)
    }
    for (index, block) in blocks.enumerated() {
      let passage = passage(index, segment, dropout)
      let y = activations[index + 1].reserve(passage.outputRows * channels)
      block.forward(passage, x, into: y)
      x = y
    }
    return Pass(inputCount: count, dropout: dropout, output: x)
  }

  /// The loss; the gradients of all layers, and of the embedding, which goes to `gradient`.
  func backward(
    _ pass: Pass, _ segment: Segment, into gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    let d = dActivation.reserve((pass.inputCount - starts[0]) * channels)
    func place(of block: Int) -> UnsafeMutablePointer<Float> {
      d + (starts[block] - starts[0]) * channels
    }
    let loss = head.lossAndGradient(
      hidden: pass.output, targets: segment.targets[...], into: place(of: blocks.count))
    for (index, block) in blocks.enumerated().reversed() {
      let passage = passage(index, segment, pass.dropout)
      block.backward(
        passage, activations[index].base, place(of: index), scratch: scratch,
        dTables: gradient + parameterCount)
    }
    let states = segment.inputs[starts[0]...]
    if shape.isTied {
      Embedding.scatter(states, d, tiedTo: head.layer)
    } else {
      Embedding.scatter(states, d, channels: shape.channels, into: gradient)
    }
    return loss
  }

  private func passage(
    _ block: Int, _ segment: Segment, _ dropout: Dropout?
  ) -> TemporalBlock.Passage {
    TemporalBlock.Passage(
      states: segment.inputs[starts[0]...],
      inputRows: segment.inputs.count - starts[block], lead: starts[block + 1] - starts[block],
      firstPosition: starts[block + 1], dropout: dropout)
  }

  /// The cone of the receptive field, from the targets back to the first layer.
  private func findStarts(inputs: Int, targets: Int) {
    starts[blocks.count] = inputs - targets
    for block in (0..<blocks.count).reversed() {
      let reach = (shape.kernelWidth - 1) * shape.dilations[block]
      starts[block] = max(0, starts[block + 1] - reach)
    }
  }
}
