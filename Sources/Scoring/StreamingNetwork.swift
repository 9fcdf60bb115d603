import ModelFormat

/// Sees what the `input`-th product of a float32 network multiplies: what an int8 network of the same
/// shape will quantize (`Architecture.quantizedInputCount`).
public typealias ActivationObserver = (_ input: Int, _ values: UnsafeBufferPointer<Float>) -> Void

/// The network of a blob, one event at a time, over memory that the caller owns.
struct StreamingNetwork {
  private enum Kind {
    case tcn(StreamingTCN)
    case windowCNN(StreamingWindowCNN)
    case integerTCN(IntegerTCN)
    case integerWindowCNN(IntegerWindowCNN)
  }

  private let kind: Kind
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
      kind = .tcn(network)
      stateByteCount = network.stateByteCount
      windowLength = 0
      stepScratchCount = network.scratchCount
    case (.tcn(let shape), .int8):
      let network = IntegerTCN(shape, model)
      kind = .integerTCN(network)
      stateByteCount = network.stateByteCount
      windowLength = 0
      stepScratchCount = network.scratchCount
    case (.windowCNN(let shape), .float32):
      let network = StreamingWindowCNN(shape, model)
      kind = .windowCNN(network)
      stateByteCount = 0
      windowLength = shape.windowLength
      stepScratchCount = network.scratchCount
    case (.windowCNN(let shape), .int8):
      let network = IntegerWindowCNN(shape, model)
      kind = .integerWindowCNN(network)
      stateByteCount = 0
      windowLength = shape.windowLength
      stepScratchCount = network.scratchCount
    }
  }

  /// Floats of the logits with what keeps the rest of the scratch on a cache line's boundary.
  private var logitsCount: Int { (vocabularySize + 15) & ~15 }

  /// Floats of scratch: logits, then what logits and a step need.
  var scratchCount: Int { logitsCount + stepScratchCount }

  /// The state of a thread of which nothing is known: zeros, then the unknown state as first input.
  func reset(_ state: UnsafeMutableRawPointer, scratch: UnsafeMutablePointer<Float>) {
    clear(state)
    step(state, event: 0, scratch: scratch)
  }

  /// A state without a past: all zeros.
  @_optimize(size)
  func clear(_ state: UnsafeMutableRawPointer) {
    switch kind {
    case .tcn:
      state.initializeMemory(as: Float.self, repeating: 0, count: stateByteCount / 4)
    case .integerTCN, .windowCNN, .integerWindowCNN:
      state.initializeMemory(as: Int8.self, repeating: 0, count: stateByteCount)
    }
  }

  /// The logits (V) of the next event, at the start of `scratch`.
  ///
  /// - Parameter window: the last `windowLength` states, the oldest first.
  func logits(
    _ state: UnsafeRawPointer, window: UnsafePointer<UInt16>,
    scratch: UnsafeMutablePointer<Float>, observe: ActivationObserver? = nil
  ) -> UnsafePointer<Float> {
    let rest = scratch + logitsCount
    switch kind {
    case .tcn(let network): network.logits(state, into: scratch, observe: observe)
    case .windowCNN(let network):
      network.logits(window, into: scratch, scratch: rest, observe: observe)
    case .integerTCN(let network): network.logits(state, into: scratch)
    case .integerWindowCNN(let network): network.logits(window, into: scratch, scratch: rest)
    }
    return UnsafePointer(scratch)
  }

  /// -ln p(event), in nats.
  func crossEntropy(
    of event: Int, _ state: UnsafeRawPointer, window: UnsafePointer<UInt16>,
    scratch: UnsafeMutablePointer<Float>, observe: ActivationObserver? = nil
  ) -> Float {
    CrossEntropy.nats(
      of: event, logits: logits(state, window: window, scratch: scratch, observe: observe),
      vocabularySize: vocabularySize)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutableRawPointer, event: Int, scratch: UnsafeMutablePointer<Float>,
    observe: ActivationObserver? = nil
  ) {
    let rest = scratch + logitsCount
    switch kind {
    case .tcn(let network): network.step(state, event: event, scratch: rest, observe: observe)
    case .integerTCN(let network): network.step(state, event: event, scratch: rest)
    case .windowCNN, .integerWindowCNN: break
    }
  }
}
