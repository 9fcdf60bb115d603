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

  private func ringLength(_ block: Int) -> Int { (shape.kernelWidth - 1) * shape.dilations[block] }

  private var hiddenOffset: Int { 4 * shape.dilations.count }
  private var ringsOffset: Int { hiddenOffset + head.storedInputs }

  /// Bytes of a thread's state.
  var stateByteCount: Int { ringsOffset + (shape.receptiveField - 1) * shape.channels }

  private var largestInput: Int { max(firstConvolution.storedInputs, head.storedInputs) }
  private var largestOutput: Int { max(shape.vocabularySize, shape.filters) }

  private var integerScratchCount: Int {
    IntegerScratch.floatCount(inputs: largestInput, outputs: largestOutput)
  }

  /// Floats of scratch that a step or logits need: hidden, a product's output and input, sums.
  var scratchCount: Int {
    shape.channels + shape.filters + largestInput / 4 + integerScratchCount
  }

  /// Writes the logits (V) of the next event.
  func logits(
    _ state: UnsafeRawPointer, into logits: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let hidden = (state + hiddenOffset).assumingMemoryBound(to: Int8.self)
    head.apply(hidden, into: logits, integerScratch(scratch))
  }

  private func integerScratch(_ memory: UnsafeMutablePointer<Float>) -> IntegerScratch {
    IntegerScratch(memory, inputs: largestInput, outputs: largestOutput)
  }

  /// Consumes one event.
  func step(
    _ state: UnsafeMutableRawPointer, event: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let channels = shape.channels
    let integers = integerScratch(scratch)
    let hidden = scratch + integerScratchCount
    let output = hidden + channels
    let input = UnsafeMutableRawPointer(output + shape.filters)
      .bindMemory(to: Int8.self, capacity: largestInput)
    embed(event, into: hidden)
    var ring = state + ringsOffset
    for index in 0..<shape.dilations.count {
      let offset = index * blockStride
      let convolution = IntegerLayer(firstConvolution, movedBy: offset, steps: 2 * index)
      let mix = IntegerLayer(firstMix, movedBy: offset, steps: 2 * index)
      let newest = input + (shape.kernelWidth - 1) * channels
      convolution.quantize(hidden, count: channels, into: newest)
      turn(ring, index, cursor: state + 4 * index, newest, into: input)
      convolution.apply(input, into: output, integers)
      shape.activate(output)
      mix.quantize(output, count: channels, into: input)
      mix.apply(input, into: output, integers)
      for c in 0..<channels { hidden[c] = hidden[c] + output[c] }
      ring += ringLength(index) * channels
    }
    head.quantize(
      hidden, count: channels,
      into: (state + hiddenOffset).assumingMemoryBound(to: Int8.self))
  }

  private func embed(_ event: Int, into hidden: UnsafeMutablePointer<Float>) {
    guard let embedding else { return head.lookUp(event, into: hidden) }
    let (row, scale) = (embedding.integers + event * shape.channels, embedding.scales[event])
    for c in 0..<shape.channels { hidden[c] = Float(row[c]) * scale }
  }

  /// Lists the K - 1 taps of the past before the newest in `input`, then puts the newest in the
  /// place of the oldest.
  private func turn(
    _ ring: UnsafeMutableRawPointer, _ index: Int, cursor: UnsafeMutableRawPointer,
    _ newest: UnsafePointer<Int8>, into input: UnsafeMutablePointer<Int8>
  ) {
    let (channels, dilation) = (shape.channels, shape.dilations[index])
    let length = ringLength(index)
    let oldest = Int(cursor.load(as: UInt32.self))
    var position = oldest
    for tap in 0..<shape.kernelWidth - 1 {
      UnsafeMutableRawPointer(input + tap * channels)
        .copyMemory(from: ring + position * channels, byteCount: channels)
      position += dilation
      if position >= length { position -= length }
    }
    (ring + oldest * channels).copyMemory(from: newest, byteCount: channels)
    cursor.storeBytes(of: UInt32(oldest + 1 == length ? 0 : oldest + 1), as: UInt32.self)
  }
}
