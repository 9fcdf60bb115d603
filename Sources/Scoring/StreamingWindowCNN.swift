import ModelFormat

/// A `window-cnn` over the last W states. It keeps no state of its own: the window is a part of the
/// thread's history.
struct StreamingWindowCNN {
  let shape: WindowConvNet
  private var tensors = InlineArray<14, UnsafePointer<Float>?>(repeating: nil)

  @_optimize(size)
  init(_ shape: WindowConvNet, _ model: Model) {
    self.shape = shape
    for index in 0..<model.architecture.tensorCount { tensors[index] = model.weights(at: index) }
  }

  /// Floats of scratch that `logits` needs: two layers' outputs.
  var scratchCount: Int { 2 * shape.windowLength * 64 }

  /// Writes the logits (V) of the event after `window` (W), the oldest state first.
  func logits(
    _ window: UnsafePointer<UInt16>, into logits: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>, observe: ActivationObserver?
  ) {
    let (length, pooled) = (shape.windowLength, shape.pooledLength)
    let widths = WindowConvNet.widths
    let (a, b) = (scratch, scratch + length * 64)
    firstLayer(window, into: a)
    observe?(0, UnsafeBufferPointer(start: a, count: length * widths.0))
    convolve(
      2, a, rows: length, wanted: 2 * pooled, inputs: widths.0, outputs: widths.1, into: b)
    maxPool(b, rows: pooled, width: widths.1)
    observe?(1, UnsafeBufferPointer(start: b, count: pooled * widths.1))
    convolve(
      3, b, rows: pooled, wanted: pooled, inputs: widths.1, outputs: widths.2, into: a)
    observe?(2, UnsafeBufferPointer(start: a, count: pooled * widths.2))
    convolve(
      4, a, rows: pooled, wanted: pooled / 2 * 2, inputs: widths.2, outputs: widths.3, into: b)
    maxPool(b, rows: pooled / 2, width: widths.3)
    observe?(3, UnsafeBufferPointer(start: b, count: shape.flattenedLength))
    dense(5, b, inputs: shape.flattenedLength, outputs: widths.4, into: a)
    rectify(a, count: widths.4)
    observe?(4, UnsafeBufferPointer(start: a, count: widths.4))
    dense(6, a, inputs: widths.4, outputs: widths.5, into: b)
    rectify(b, count: widths.5)
    observe?(5, UnsafeBufferPointer(start: b, count: widths.5))
    dense(7, b, inputs: widths.5, outputs: shape.vocabularySize, into: logits)
  }

  private func weight(_ layer: Int) -> UnsafePointer<Float> { tensor(2 * layer - 2) }
  private func bias(_ layer: Int) -> UnsafePointer<Float> { tensor(2 * layer - 1) }

  private func tensor(_ index: Int) -> UnsafePointer<Float> {
    guard let tensor = tensors[index] else { preconditionFailure("all tensors were set") }
    return tensor
  }

  /// The convolution of one-hot rows: each tap adds the weights' row of its state.
  private func firstLayer(
    _ window: UnsafePointer<UInt16>, into output: UnsafeMutablePointer<Float>
  ) {
    let width = WindowConvNet.widths.0
    let (weights, bias) = (weight(1), bias(1))
    for row in 0..<shape.windowLength {
      let target = output + row * width
      copy(bias, to: target, count: width)
      for tap in 0..<WindowConvNet.kernelWidth {
        let source = row + tap - 1
        guard source >= 0, source < shape.windowLength else { continue }
        let chosen = weights + (tap * shape.vocabularySize + Int(window[source])) * width
        for o in 0..<width { target[o] = target[o] + chosen[o] }
      }
      rectify(target, count: width)
    }
  }

  /// Conv1D of width 3 with zeros at both ends, then ReLU: (rows, I) to the first `wanted` of
  /// (rows, O). Pooling never looks at the last of an odd number of rows.
  private func convolve(
    _ layer: Int, _ input: UnsafePointer<Float>, rows: Int, wanted: Int, inputs: Int, outputs: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let (weights, bias) = (weight(layer), bias(layer))
    // Tap by tap, so that a tap's weights stay in the cache for all rows.
    for tap in 0..<WindowConvNet.kernelWidth {
      for row in max(0, 1 &- tap)..<min(wanted, rows &+ 1 &- tap) {
        let target = output + row &* outputs
        let isFirst = tap == max(0, 1 &- row)
        addProduct(
          to: isFirst ? bias : UnsafePointer(target), input + (row &+ tap &- 1) &* inputs,
          weights + tap &* inputs &* outputs, inputs: inputs, outputs: outputs, into: target)
      }
    }
    rectify(output, count: wanted * outputs)
  }

  /// The larger of each two rows, in place.
  private func maxPool(_ values: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    for row in 0..<rows {
      let (target, first) = (values + row * width, values + 2 * row * width)
      for o in 0..<width {
        let (x, y) = (first[o], first[width + o])
        target[o] = x > y ? x : y
      }
    }
  }

  private func dense(
    _ layer: Int, _ input: UnsafePointer<Float>, inputs: Int, outputs: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    addProduct(
      to: bias(layer), input, weight(layer), inputs: inputs, outputs: outputs, into: output)
  }
}
