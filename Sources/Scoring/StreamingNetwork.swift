import ModelFormat

/// Sees what the `input`-th product of a float32 network multiplies: what an int8 network of the same
/// shape will quantize (`Architecture.quantizedInputCount`).
public typealias ActivationObserver = (_ input: Int, _ values: UnsafeBufferPointer<Float>) -> Void

/// The network of a blob, one event at a time, over memory that the caller owns.
///
/// What it is made of lies in that memory, too: a description of some hundred bytes, of which Swift
/// would make a copy for every event.
struct StreamingNetwork {
  private enum Kind {
    case tcn(UnsafePointer<StreamingTCN>)
    case windowCNN(UnsafePointer<StreamingWindowCNN>)
    case integerTCN(UnsafePointer<IntegerTCN>)
    case integerWindowCNN(UnsafePointer<IntegerWindowCNN>)
  }

  private let kind: Kind
  let needs: NetworkNeeds

  /// Bytes that the description of any network takes.
  static var byteCount: Int {
    max(
      max(MemoryLayout<StreamingTCN>.size, MemoryLayout<StreamingWindowCNN>.size),
      max(MemoryLayout<IntegerTCN>.size, MemoryLayout<IntegerWindowCNN>.size))
  }

  /// - Parameter memory: `byteCount` bytes, aligned for pointers, that outlive the network.
  @_optimize(size)
  init(_ model: Model, memory: UnsafeMutableRawPointer) {
    func place<Network>(_ network: Network) -> UnsafePointer<Network> {
      UnsafePointer(memory.initializeMemory(as: Network.self, to: network))
    }
    needs = NetworkNeeds(model)
    switch (model.architecture, model.precision) {
    case (.tcn(let shape), .float32): kind = .tcn(place(StreamingTCN(shape, model)))
    case (.tcn(let shape), .int8): kind = .integerTCN(place(IntegerTCN(shape, model)))
    case (.windowCNN(let shape), .float32):
      kind = .windowCNN(place(StreamingWindowCNN(shape, model)))
    case (.windowCNN(let shape), .int8):
      kind = .integerWindowCNN(place(IntegerWindowCNN(shape, model)))
    }
  }

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
      state.initializeMemory(as: Float.self, repeating: 0, count: needs.stateByteCount / 4)
    case .integerTCN, .windowCNN, .integerWindowCNN:
      state.initializeMemory(as: Int8.self, repeating: 0, count: needs.stateByteCount)
    }
  }

  /// The logits (V) of the next event, at the start of `scratch`.
  ///
  /// - Parameter window: the last `windowLength` states, the oldest first.
  func logits(
    _ state: UnsafeRawPointer, window: UnsafePointer<UInt16>,
    scratch: UnsafeMutablePointer<Float>, observe: ActivationObserver? = nil
  ) -> UnsafePointer<Float> {
    let rest = scratch + needs.logitsCount
    switch kind {
    case .tcn(let network):
      network.pointee.logits(state, into: scratch, observe: observe)
    case .windowCNN(let network):
      network.pointee.logits(window, into: scratch, scratch: rest, observe: observe)
    case .integerTCN(let network): network.pointee.logits(state, into: scratch)
    case .integerWindowCNN(let network):
      network.pointee.logits(window, into: scratch, scratch: rest)
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
      vocabularySize: needs.vocabularySize)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutableRawPointer, event: Int, scratch: UnsafeMutablePointer<Float>,
    observe: ActivationObserver? = nil
  ) {
    let rest = scratch + needs.logitsCount
    switch kind {
    case .tcn(let network):
      network.pointee.step(state, event: event, scratch: rest, observe: observe)
    case .integerTCN(let network): network.pointee.step(state, event: event, scratch: rest)
    case .windowCNN, .integerWindowCNN: break
    }
  }
}
