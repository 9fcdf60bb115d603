import ModelFormat

/// What one worker needs for a `WindowCNNNetwork`: packed weights, activations, gradients.
///
/// A batch of windows lies one position after the other, (W, batch, channels): a convolution is then
/// a few products over the whole batch, pooling compares whole rows, and the flattened input of the
/// first dense layer needs no copy.
final class WindowCNNWorkspace {
  let head: Head
  private let shape: WindowConvNet
  private let layer1: StateConvolution
  private let (layer1Weight, layer1Bias): (Int, Int)  // offsets in the flat buffer
  private let layers: [Layer]  // 2 to 6
  private let activations = (1...6).map { _ in FloatBuffer() }
  private let pooled = (FloatBuffer(), FloatBuffer())
  private let gradients = (FloatBuffer(), FloatBuffer())
  private var states: [UInt16] = []
  private var parameters: UnsafePointer<Float>?

  init(_ shape: WindowConvNet) {
    self.shape = shape
    let tensors = Architecture.windowCNN(shape).placedTensors
    layer1 = StateConvolution(
      taps: WindowConvNet.kernelWidth, vocabularySize: shape.vocabularySize,
      outputs: WindowConvNet.widths.0)
    (layer1Weight, layer1Bias) = (tensors[0].offset, tensors[1].offset)
    let pairScratch = Pairing.Scratch()
    layers = (2...6).map { layer in
      let (weight, bias) = (tensors[2 * layer - 2], tensors[2 * layer - 1])
      if layer == 5 {
        return Layer(LayerShape(dense: weight, bias, taps: shape.pooledLength / 2))
      }
      let layerShape = LayerShape(weight, bias)
      return Layer(layerShape, pairing: Pairing(layerShape, pairScratch))
    }
    head = Head(LayerShape(tensors[12], tensors[13]))
  }

  /// A batch after its forward pass.
  struct Pass {
    let batch: Int
    let targets: ArraySlice<UInt16>
    let dropout: Dropout?
    let firstWindow: Int
    /// (batch, 64)
    let output: UnsafeMutablePointer<Float>
  }

  /// Windows at a time: few enough for the second level of the cache.
  private var batchLimit: Int { max(12, min(48, 480 / shape.windowLength / 12 * 12)) }

  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool) {
    for layer in layers { layer.load(parameters, forBackward: forBackward) }
    head.layer.load(parameters, forBackward: forBackward)
    self.parameters = parameters
  }

  /// Adds the layers' gradients to the flat buffer and clears them.
  func moveGradient(to gradient: UnsafeMutablePointer<Float>) {
    for layer in layers { layer.moveGradient(to: gradient) }
    head.layer.moveGradient(to: gradient)
  }

  /// Runs the network over the segment's windows, a batch at a time.
  ///
  /// - Precondition: parameters are loaded.
  func forEachBatch(_ segment: Segment, dropout: Dropout?, _ body: (Pass) -> Void) {
    guard let parameters else { preconditionFailure("no parameters are loaded") }
    segment.check(vocabularySize: shape.vocabularySize)
    let count = segment.targets.count
    for first in stride(from: 0, to: count, by: batchLimit) {
      let batch = min(batchLimit, count - first)
      fillStates(segment, first: first, batch: batch)
      let output = forward(parameters, batch: batch, firstWindow: first, dropout: dropout)
      body(
        Pass(
          batch: batch, targets: segment.targets[first..<first + batch], dropout: dropout,
          firstWindow: first, output: output))
    }
  }

  /// The windows' states, (W, batch).
  private func fillStates(_ segment: Segment, first: Int, batch: Int) {
    states.removeAll(keepingCapacity: true)
    let lead = segment.inputs.count - segment.targets.count
    for position in 0..<shape.windowLength {
      for window in 0..<batch {
        let index = lead + first + window - (shape.windowLength - 1) + position
        states.append(index < 0 ? 0 : segment.inputs[index])
      }
    }
  }

  private func geometry(_ layer: Int, batch: Int) -> RowGeometry {
    switch layer {
    case 1...4:
      let rows = batch * (layer <= 2 ? shape.windowLength : shape.pooledLength)
      return RowGeometry(
        inputRows: rows, outputRows: rows, firstOffset: -batch, offsetStep: batch)
    case 5:
      return RowGeometry(
        inputRows: batch * (shape.pooledLength / 2), outputRows: batch, firstOffset: 0,
        offsetStep: batch)
    default: return RowGeometry(rows: batch)
    }
  }

  private func mask(_ layer: Int, _ dropout: Dropout?, firstWindow: Int) -> DropoutMask? {
    guard layer >= 5 else { return nil }
    return dropout.map { DropoutMask($0, layer: layer, firstRow: firstWindow) }
  }

  private func forward(
    _ parameters: UnsafePointer<Float>, batch: Int, firstWindow: Int, dropout: Dropout?
  ) -> UnsafeMutablePointer<Float> {
    let length = shape.windowLength
    var x = activations[0].reserve(length * batch * layer1.outputs)
    layer1.forward(
      states[...], geometry(1, batch: batch), bias: parameters + layer1Bias,
      tables: parameters + layer1Weight, into: x)
    reluForward(x, rows: length * batch, columns: layer1.outputs, mask: nil)
    for number in 2...6 {
      let layer = layers[number - 2]
      let width = layer.shape.paddedOutputs
      let geometry = geometry(number, batch: batch)
      let y = activations[number - 1].reserve(geometry.outputRows * width)
      fillRows(y, rows: geometry.outputRows, columns: width, with: layer.bias)
      layer.forward(geometry, x, into: y)
      let mask = mask(number, dropout, firstWindow: firstWindow)
      reluForward(y, rows: geometry.outputRows, columns: width, mask: mask)
      x = y
      guard let (pool, length) = pooling(after: number) else { continue }
      x = pool.reserve(length / 2 * batch * width)
      maxPoolForward(y, length: length, size: batch * width, into: x)
    }
    return x
  }

  /// The pooled rows after layers 2 and 4, and how many positions were pooled.
  private func pooling(after layer: Int) -> (FloatBuffer, length: Int)? {
    switch layer {
    case 2: (pooled.0, shape.windowLength)
    case 4: (pooled.1, shape.pooledLength)
    default: nil
    }
  }

  /// The loss of a batch; its gradient is added to the layers, layer 1's to `gradient`.
  func backward(_ pass: Pass, into gradient: UnsafeMutablePointer<Float>) -> Double {
    let size = shape.windowLength * pass.batch * WindowConvNet.widths.3
    var (dY, dX) = (gradients.0.reserve(size), gradients.1.reserve(size))
    let loss = head.lossAndGradient(hidden: pass.output, targets: pass.targets, into: dY)
    for number in (2...6).reversed() {
      let layer = layers[number - 2]
      let width = layer.shape.paddedOutputs
      let geometry = geometry(number, batch: pass.batch)
      let y = activations[number - 1].base
      if let (_, length) = pooling(after: number) {
        maxPoolBackward(y, length: length, size: pass.batch * width, dY, into: dX)
        swap(&dY, &dX)
      }
      let scale = number >= 5 ? pass.dropout?.scale ?? 1 : 1
      reluBackward(y, dY, count: geometry.outputRows * width, scale: scale)
      let x = pooling(after: number - 1)?.0 ?? activations[number - 2]
      dX.update(repeating: 0, count: geometry.inputRows * layer.shape.paddedInputs)
      layer.backward(geometry, x.base, dY, into: dX)
      swap(&dY, &dX)
    }
    reluBackward(activations[0].base, dY, count: states.count * layer1.outputs, scale: 1)
    layer1.backward(
      states[...], geometry(1, batch: pass.batch), dY, into: gradient + layer1Weight)
    addColumnSums(
      of: dY, rows: states.count, columns: layer1.outputs, rowStride: layer1.outputs,
      to: gradient + layer1Bias)
    return loss
  }
}
