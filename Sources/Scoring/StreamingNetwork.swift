import ModelFormat

/// The network of a blob, one event at a time, over memory that the caller owns.
struct StreamingNetwork {
  private enum Kind {
    case tcn(StreamingTCN)
    case windowCNN(StreamingWindowCNN)
  }

  private let kind: Kind
  let vocabularySize: Int
  /// Floats of one thread's state.
  let stateCount: Int
  /// How many past events must be kept beside the state to compute logits.
  let windowLength: Int
  private let stepScratchCount: Int

  init(_ model: Model) {
    vocabularySize = model.architecture.vocabularySize
    switch model.architecture {
    case .tcn(let shape):
      let network = StreamingTCN(shape, model)
      kind = .tcn(network)
      stateCount = network.stateCount
      windowLength = 0
      stepScratchCount = network.scratchCount
    case .windowCNN(let shape):
      let network = StreamingWindowCNN(shape, model)
      kind = .windowCNN(network)
      stateCount = 0
      windowLength = shape.windowLength
      stepScratchCount = network.scratchCount
    }
  }

  /// Floats of the logits with what keeps the rest of the scratch on a cache line's boundary.
  private var logitsCount: Int { (vocabularySize + 15) & ~15 }

  /// Floats of scratch: logits, then what the cross entropy and a step need.
  var scratchCount: Int {
    let crossEntropy = CrossEntropy.scratchCount(vocabularySize: vocabularySize)
    return logitsCount + max(crossEntropy, stepScratchCount)
  }

  /// The state of a thread of which nothing is known: zeros, then the unknown state as first input.
  func reset(_ state: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
    state.update(repeating: 0, count: stateCount)
    step(state, event: 0, scratch: scratch)
  }

  /// The logits (V) of the next event, at the start of `scratch`.
  ///
  /// - Parameter window: the last `windowLength` states, the oldest first.
  func logits(
    _ state: UnsafePointer<Float>, window: UnsafePointer<UInt16>,
    scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    switch kind {
    case .tcn(let network): network.logits(state, into: scratch)
    case .windowCNN(let network):
      network.logits(window, into: scratch, scratch: scratch + logitsCount)
    }
    return UnsafePointer(scratch)
  }

  /// -ln p(event), in nats.
  func crossEntropy(
    of event: Int, _ state: UnsafePointer<Float>, window: UnsafePointer<UInt16>,
    scratch: UnsafeMutablePointer<Float>
  ) -> Float {
    CrossEntropy.nats(
      of: event, logits: logits(state, window: window, scratch: scratch),
      vocabularySize: vocabularySize, scratch: scratch + logitsCount)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutablePointer<Float>, event: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    if case .tcn(let network) = kind {
      network.step(state, event: event, scratch: scratch + logitsCount)
    }
  }
}
