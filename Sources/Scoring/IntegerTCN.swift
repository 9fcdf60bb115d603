import ModelFormat

/// A `tcn` of int8 weights, one event at a time. Its rings hold what its convolutions multiply:
/// integers of 8 bits.
///
/// A thread's state is, in bytes: one cursor of 32 bits a block, the last hidden vector as the head
/// quantizes it (C, completed to a multiple of 4), for each block (K - 1) * dilation columns of C.
struct IntegerTCN {
  private let shape: TemporalConvNet
  /// (V, C) and (V); nil where head and embedding are tied.
  private let embedding: (integers: UnsafePointer<Int8>, scales: UnsafePointer<Float>)?
  private let firstConvolution, firstMix, head: IntegerLayer
  /// From one block's tensors to the next one's, in bytes: all blocks have the same shape.
  private let blockStride: Int

  @_optimize(size)
  init(_ shape: TemporalConvNet, _ model: Model) {
    self.shape = shape
    let first = shape.isTied ? 0 : 1
    embedding = shape.isTied ? nil : (model.integers(at: 0), model.scales(at: 0))
    firstConvolution = IntegerLayer(model, tensor: first, input: 0)
    firstMix = IntegerLayer(model, tensor: first + 2, input: 1)
    let (blocks, next) = (shape.dilations.count, first + 4)
    blockStride =
      blocks > 1 ? Self.distance(from: model.integers(at: first), to: model.integers(at: next)) : 0
    head = IntegerLayer(model, tensor: first + 4 * blocks, input: 2 * blocks)
  }

  private static func distance(
    from a: UnsafePointer<Int8>, to b: UnsafePointer<Int8>
  ) -> Int { b - a }

  private func ringLength(_ block: Int) -> Int {
    (shape.kernelWidth &- 1) &* shape.dilations[block]
  }

  private var hiddenOffset: Int { 4 * shape.dilations.count }
  private var ringsOffset: Int { hiddenOffset + head.storedInputs }

  /// Bytes of a thread's state.
  var stateByteCount: Int { ringsOffset + (shape.receptiveField - 1) * shape.channels }

  /// Floats of scratch that a step needs: hidden, a convolution's output, what the mix and what a
  /// convolution multiply.
  var scratchCount: Int {
    shape.channels + shape.filters + (firstMix.storedInputs + firstConvolution.storedInputs) / 4
  }

  /// Writes the logits (V) of the next event.
  func logits(_ state: UnsafeRawPointer, into logits: UnsafeMutablePointer<Float>) {
    head.apply(
      (state + hiddenOffset).assumingMemoryBound(to: Int8.self), isPositive: false, into: logits)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutableRawPointer, event: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let channels = shape.channels
    let (hidden, output) = (scratch, scratch + channels)
    let activated = UnsafeMutableRawPointer(output + shape.filters)
      .bindMemory(to: Int8.self, capacity: firstMix.storedInputs + firstConvolution.storedInputs)
    let input = activated + firstMix.storedInputs
    let newest = input + (shape.kernelWidth - 1) * channels
    var ring = state + ringsOffset
    let first = turn(ring, 0, cursor: state, into: input)
    embed(event, into: hidden)
    firstConvolution.quantize(hidden, count: channels, into: newest)
    copyBytes(newest, to: first, count: channels)
    let blocks = shape.dilations.count
    for index in 0..<blocks {
      let mix = IntegerLayer(firstMix, movedBy: index &* blockStride, steps: 2 &* index)
      activate(convolution(index), input, for: mix, output, into: activated)
      let next = index &+ 1
      if next < blocks {
        ring += ringLength(index) &* channels
        let oldest = turn(ring, next, cursor: state + 4 &* next, into: input)
        add(mix, activated, to: hidden, convolution(next).quantize, into: newest, oldest)
      } else {
        let last = (state + hiddenOffset).assumingMemoryBound(to: Int8.self)
        add(mix, activated, to: hidden, head.quantize, into: newest, last)
      }
    }
  }

  @inline(__always)
  private func convolution(_ index: Int) -> IntegerLayer {
    IntegerLayer(firstConvolution, movedBy: index &* blockStride, steps: 2 &* index)
  }

  /// The convolution of `input` past its activation, as the integers (C) that the mix multiplies.
  @inline(__always)
  private func activate(
    _ convolution: IntegerLayer, _ input: UnsafePointer<Int8>, for mix: IntegerLayer,
    _ output: UnsafeMutablePointer<Float>, into integers: UnsafeMutablePointer<Int8>
  ) {
    switch shape.activation {
    case .relu:
      convolution.applyRectified(input, isPositive: false, mix.quantize, into: integers)
    case .gated:
      convolution.apply(input, isPositive: false, into: output)
      shape.activate(output)
      mix.quantize(output, count: shape.channels, into: integers)
    }
  }

  /// hidden = hidden + mix * input, and the same as integers (C) for the next product. They are stored
  /// twice and not copied: a wide load of what narrow stores have just written waits for them.
  @inline(never)
  private func add(
    _ mix: IntegerLayer, _ input: UnsafePointer<Int8>, to hidden: UnsafeMutablePointer<Float>,
    _ quantize: Quantizer, into newest: UnsafeMutablePointer<Int8>,
    _ kept: UnsafeMutablePointer<Int8>
  ) {
    mix.apply(input, isPositive: shape.activation == .relu) { c, y in
      let sum = Lanes(at: hidden + c) + y
      sum.store(to: hidden + c)
      let integers = quantize(sum)
      integers.store(to: newest + c)
      integers.store(to: kept + c)
    } single: { c, y in
      hidden[c] = hidden[c] + y
      newest[c] = quantize(hidden[c])
      kept[c] = newest[c]
    }
  }

  private func embed(_ event: Int, into hidden: UnsafeMutablePointer<Float>) {
    guard let embedding else { return head.lookUp(event, into: hidden) }
    let (row, scale) = (embedding.integers + event * shape.channels, embedding.scales[event])
    for c in 0..<shape.channels { hidden[c] = Float(row[c]) * scale }
  }

  /// Lists the K - 1 taps of a block's past in `input`.
  ///
  /// - Returns: the place of the oldest in the ring, which is the newest's now.
  @inline(__always)
  private func turn(
    _ ring: UnsafeMutableRawPointer, _ index: Int, cursor: UnsafeMutableRawPointer,
    into input: UnsafeMutablePointer<Int8>
  ) -> UnsafeMutablePointer<Int8> {
    let (channels, dilation) = (shape.channels, shape.dilations[index])
    let length = ringLength(index)
    let oldest = Int(cursor.load(as: UInt32.self))
    var position = oldest
    for tap in 0..<shape.kernelWidth &- 1 {
      copyBytes(ring + position &* channels, to: input + tap &* channels, count: channels)
      position &+= dilation
      if position >= length { position &-= length }
    }
    let next = oldest &+ 1 == length ? 0 : oldest &+ 1
    cursor.storeBytes(of: UInt32(truncatingIfNeeded: next), as: UInt32.self)
    return (ring + oldest &* channels).assumingMemoryBound(to: Int8.self)
  }
}
