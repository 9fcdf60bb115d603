import ModelFormat

/// A `tcn`, one event at a time: each block keeps a ring of its past inputs, so that a step costs
/// one column of work whatever the receptive field.
///
/// A thread's state is, in floats: for each block (K - 1) * dilation columns of C, then the last
/// hidden vector (C), then one cursor a block, an integer in a float's bits.
struct StreamingTCN {
  let shape: TemporalConvNet
  private let embedding: UnsafePointer<Float>
  private let firstBlock: Block
  /// From one block's tensors to the next one's, in floats: all blocks have the same shape.
  private let blockStride: Int
  private let headWeight: UnsafePointer<Float>
  private let headBias: UnsafePointer<Float>
  /// Where the last hidden vector is in a thread's state: behind all rings.
  private let hiddenOffset: Int

  private struct Block {
    let convolutionWeight, convolutionBias, mixWeight, mixBias: UnsafePointer<Float>
  }

  @_optimize(size)
  init(_ shape: TemporalConvNet, _ model: Model) {
    self.shape = shape
    let first = shape.isTied ? 0 : 1
    firstBlock = Block(
      convolutionWeight: model.weights(at: first), convolutionBias: model.weights(at: first + 1),
      mixWeight: model.weights(at: first + 2), mixBias: model.weights(at: first + 3))
    blockStride = model.weights(at: first + 4) - firstBlock.convolutionWeight
    let head = first + 4 * shape.dilations.count
    headWeight = model.weights(at: head)
    headBias = model.weights(at: head + 1)
    embedding = shape.isTied ? headWeight : model.weights(at: 0)
    hiddenOffset = (shape.receptiveField - 1) * shape.channels
  }

  private func block(_ index: Int) -> Block {
    let offset = index &* blockStride
    return Block(
      convolutionWeight: firstBlock.convolutionWeight + offset,
      convolutionBias: firstBlock.convolutionBias + offset,
      mixWeight: firstBlock.mixWeight + offset, mixBias: firstBlock.mixBias + offset)
  }

  private func ringLength(_ block: Int) -> Int {
    (shape.kernelWidth &- 1) &* shape.dilations[block]
  }

  private var stateCount: Int { hiddenOffset + shape.channels + shape.dilations.count }

  /// Bytes of a thread's state.
  var stateByteCount: Int { 4 * stateCount }

  /// Floats of scratch that a step needs.
  var scratchCount: Int { shape.filters + shape.channels }

  /// Writes the logits (V) of the next event.
  func logits(
    _ state: UnsafeRawPointer, into logits: UnsafeMutablePointer<Float>,
    observe: ActivationObserver?
  ) {
    let size = shape.vocabularySize
    let state = state.assumingMemoryBound(to: Float.self)
    observe?(
      2 * shape.dilations.count,
      UnsafeBufferPointer(start: state + hiddenOffset, count: shape.channels))
    addProduct(
      to: headBias, state + hiddenOffset, headWeight, inputs: shape.channels, outputs: size,
      into: logits)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutableRawPointer, event: Int, scratch: UnsafeMutablePointer<Float>,
    observe: ActivationObserver?
  ) {
    let channels = shape.channels
    let state = state.assumingMemoryBound(to: Float.self)
    let hidden = state + hiddenOffset
    embed(event, into: hidden)
    var ring = state
    for index in 0..<shape.dilations.count {
      let block = block(index)
      let length = ringLength(index)
      let cursor = hidden + channels + index
      let oldest = Int(truncatingIfNeeded: cursor.pointee.bitPattern)
      observe?(2 * index, UnsafeBufferPointer(start: hidden, count: channels))
      convolve(block, index, ring, oldest: oldest, hidden, into: scratch)
      copy(hidden, to: ring + oldest * channels, count: channels)
      cursor.pointee = Float(bitPattern: UInt32(oldest + 1 == length ? 0 : oldest + 1))
      shape.activate(scratch)
      observe?(2 * index + 1, UnsafeBufferPointer(start: scratch, count: channels))
      let mixed = scratch + shape.filters
      addProduct(
        to: block.mixBias, scratch, block.mixWeight, inputs: channels, outputs: channels,
        into: mixed)
      add(mixed, to: hidden, count: channels)
      ring += length &* channels
    }
  }

  private func embed(_ event: Int, into hidden: UnsafeMutablePointer<Float>) {
    let channels = shape.channels
    if shape.isTied {
      for c in 0..<channels { hidden[c] = embedding[c * shape.vocabularySize + event] }
    } else {
      copy(embedding + event * channels, to: hidden, count: channels)
    }
  }

  /// The dilated convolution at the newest event: K - 1 taps from the ring, the last from `newest`.
  private func convolve(
    _ block: Block, _ index: Int, _ ring: UnsafePointer<Float>, oldest: Int,
    _ newest: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    let (channels, filters) = (shape.channels, shape.filters)
    let (dilation, length) = (shape.dilations[index], ringLength(index))
    var (sum, weights) = (block.convolutionBias, block.convolutionWeight)
    var position = oldest
    for _ in 0..<shape.kernelWidth &- 1 {
      addProduct(
        to: sum, ring + position &* channels, weights, inputs: channels, outputs: filters,
        into: output)
      sum = UnsafePointer(output)
      weights += channels &* filters
      position &+= dilation
      if position >= length { position &-= length }
    }
    addProduct(to: sum, newest, weights, inputs: channels, outputs: filters, into: output)
  }
}

extension TemporalConvNet {
  /// What follows a block's convolution: (F) to (C), in place.
  func activate(_ values: UnsafeMutablePointer<Float>) {
    switch activation {
    case .relu: rectify(values, count: channels)
    case .gated:
      let gate = values + channels
      for c in 0..<channels {
        values[c] = ExactMath.tanh(values[c]) * ExactMath.sigmoid(gate[c])
      }
    }
  }
}
