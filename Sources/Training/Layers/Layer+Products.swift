extension Layer {
  /// Adds the layer's output, without the bias, to `output` (rows, paddedOutputs).
  func forward(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    let x = Matrix(input, columns: shape.paddedInputs)
    let y = Matrix(output, columns: shape.paddedOutputs)
    for tap in 0..<shape.taps {
      let (from, to, count) = geometry.connection(tap: tap)
      multiplyAdd(
        rows: count, columns: shape.paddedOutputs, depth: shape.paddedInputs,
        LeftOperand(x.dropping(rows: from)), matrix(tap: tap), into: y.dropping(rows: to))
    }
  }

  /// Adds the gradient of the input to `dInput` (rows, paddedInputs).
  func backwardInput(
    _ geometry: RowGeometry, _ dOutput: UnsafeMutablePointer<Float>,
    into dInput: UnsafeMutablePointer<Float>
  ) {
    let dX = Matrix(dInput, columns: shape.paddedInputs)
    let dY = Matrix(dOutput, columns: shape.paddedOutputs)
    for tap in 0..<shape.taps {
      let (from, to, count) = geometry.connection(tap: tap)
      multiplyAdd(
        rows: count, columns: shape.paddedInputs, depth: shape.paddedOutputs,
        LeftOperand(dY.dropping(rows: to)), transposedMatrix(tap: tap),
        into: dX.dropping(rows: from))
    }
  }

  /// Adds the gradient of weights and bias to the layer's own.
  func backwardWeight(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    _ dOutput: UnsafeMutablePointer<Float>
  ) {
    // So many rows of both operands stay in the cache from one tile to the next.
    let block = 256
    let x = Matrix(input, columns: shape.paddedInputs)
    let dY = Matrix(dOutput, columns: shape.paddedOutputs)
    for tap in 0..<shape.taps {
      let (from, to, count) = geometry.connection(tap: tap)
      for row in stride(from: 0, to: count, by: block) {
        multiplyAdd(
          rows: shape.paddedInputs, columns: shape.paddedOutputs, depth: min(block, count - row),
          LeftOperand(transposed: x.dropping(rows: from + row)), dY.dropping(rows: to + row),
          into: gradientMatrix(tap: tap))
      }
    }
    addColumnSums(
      of: dOutput, rows: geometry.outputRows, columns: shape.paddedOutputs,
      rowStride: shape.paddedOutputs, to: biasGradient)
  }
}
