import ModelFormat

/// The first layer of the window network: a 'same' convolution over one-hot states, which is a sum
/// of three rows of its weights (3, V, O), looked up by state. O is a multiple of 16.
struct StateConvolution {
  let vocabularySize: Int
  let outputs: Int
  let weightOffset: Int
  let biasOffset: Int

  init(_ weight: PlacedTensor, _ bias: PlacedTensor) {
    vocabularySize = weight.shape.dimensions.1
    outputs = weight.shape.dimensions.2
    weightOffset = weight.offset
    biasOffset = bias.offset
  }

  /// States (length, batch) to y (length, batch, O).
  func forward(
    _ states: ArraySlice<UInt16>, batch: Int, _ parameters: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    fillRows(y, rows: states.count, columns: outputs, with: parameters + biasOffset)
    forEachConnection(states, batch: batch) { row, weight in
      addElements(of: parameters + weight, count: outputs, to: y + row * outputs)
    }
  }

  /// dY (length, batch, O) to the flat gradient.
  func backward(
    _ states: ArraySlice<UInt16>, batch: Int, _ dY: UnsafePointer<Float>,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    forEachConnection(states, batch: batch) { row, weight in
      addElements(of: dY + row * outputs, count: outputs, to: gradient + weight)
    }
    addColumnSums(
      of: dY, rows: states.count, columns: outputs, rowStride: outputs,
      to: gradient + biasOffset)
  }

  /// Which row of the weights, by its place in the flat buffer, goes to which row of the output.
  @inline(__always)
  private func forEachConnection(
    _ states: ArraySlice<UInt16>, batch: Int, _ body: (_ row: Int, _ weight: Int) -> Void
  ) {
    let taps = WindowConvNet.kernelWidth
    let geometry = RowGeometry(
      inputRows: states.count, outputRows: states.count, firstOffset: -batch, offsetStep: batch)
    for tap in 0..<taps {
      let (input, output, count) = geometry.connection(tap: tap)
      for row in 0..<max(0, count) {
        let state = Int(states[states.startIndex + input + row])
        body(output + row, weightOffset + (tap * vocabularySize + state) * outputs)
      }
    }
  }
}
