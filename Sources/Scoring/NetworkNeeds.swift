import ModelFormat

/// What scoring with the network of a blob needs.
struct NetworkNeeds {
  let vocabularySize: Int
  /// Bytes of one thread's state.
  let stateByteCount: Int
  /// How many past events must be kept beside the state to compute logits.
  let windowLength: Int
  private let stepScratchCount: Int

  @_optimize(size)
  init(_ model: Model) {
    vocabularySize = model.architecture.vocabularySize
    switch (model.architecture, model.precision) {
    case (.tcn(let shape), .float32):
      let network = StreamingTCN(shape, model)
      (stateByteCount, windowLength) = (network.stateByteCount, 0)
      stepScratchCount = network.scratchCount
    case (.tcn(let shape), .int8):
      let network = IntegerTCN(shape, model)
      (stateByteCount, windowLength) = (network.stateByteCount, 0)
      stepScratchCount = network.scratchCount
    case (.windowCNN(let shape), .float32):
      (stateByteCount, windowLength) = (0, shape.windowLength)
      stepScratchCount = StreamingWindowCNN(shape, model).scratchCount
    case (.windowCNN(let shape), .int8):
      (stateByteCount, windowLength) = (0, shape.windowLength)
      stepScratchCount = IntegerWindowCNN(shape, model).scratchCount
    }
  }

  /// Floats of the logits with what keeps the rest of the scratch on a cache line's boundary.
  var logitsCount: Int { (vocabularySize + 15) & ~15 }

  /// Floats of scratch: logits, then what logits and a step need.
  var scratchCount: Int { logitsCount + stepScratchCount }
}
