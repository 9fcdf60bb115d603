extension Layer {
  /// Rows of a panel that fit into the first level of the cache beside the rest.
  private static let panelRows = 96

  /// Adds the layer's output, without the bias, to `output` (rows, paddedOutputs).
  func forward(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    guard let pairing else { return forwardEach(geometry, input, into: output) }
    let pairs = RowPairs(geometry, taps: shape.taps)
    for rows in pairs.others {
      forwardEach(
        geometry.part(rows), input, into: output + rows.lowerBound * shape.paddedOutputs)
    }
    forward(pairs, geometry, input, into: output, pairing)
  }

  /// Adds the gradient of the weights and the bias to the layer's own, and that of the input to
  /// `dInput` (rows, paddedInputs).
  ///
  /// - Parameter start: what the input's gradient is added to, where that is not what `dInput`
  ///   holds; for layers of one tap, which has an output for every row.
  func backward(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    _ dOutput: UnsafeMutablePointer<Float>, from start: Matrix? = nil,
    into dInput: UnsafeMutablePointer<Float>
  ) {
    precondition(start == nil || shape.taps == 1, "rows without a tap would not be written")
    addColumnSums(
      of: dOutput, rows: geometry.outputRows, columns: shape.paddedOutputs,
      rowStride: shape.paddedOutputs, to: biasGradient)
    guard let pairing else {
      return backwardEach(geometry, input, dOutput, from: start, into: dInput)
    }
    let pairs = RowPairs(geometry, taps: shape.taps)
    for rows in pairs.others {
      backwardEach(
        geometry.part(rows), input, dOutput + rows.lowerBound * shape.paddedOutputs, from: nil,
        into: dInput)
    }
    backward(pairs, geometry, input, dOutput, into: dInput, pairing)
  }

  /// Row by row.
  private func forwardEach(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    into output: UnsafeMutablePointer<Float>
  ) {
    multiply(
      geometry, Matrix(input, columns: shape.paddedInputs), shape.layout,
      into: Matrix(output, columns: shape.paddedOutputs), weights: matrix)
  }

  private func backwardEach(
    _ geometry: RowGeometry, _ input: UnsafeMutablePointer<Float>,
    _ dOutput: UnsafeMutablePointer<Float>, from start: Matrix?,
    into dInput: UnsafeMutablePointer<Float>
  ) {
    let dY = Matrix(dOutput, columns: shape.paddedOutputs)
    multiplyTransposed(geometry, Matrix(input, columns: shape.paddedInputs), dY)
    multiply(
      geometry.reversed, dY, shape.transposedLayout, from: start,
      into: Matrix(dInput, columns: shape.paddedInputs), weights: transposedMatrix)
  }

  /// Adds the product of each row of `x` and the weights of each tap to the row of `y` that the tap
  /// connects it with.
  private func multiply(
    _ geometry: RowGeometry, _ x: Matrix, _ layout: PanelLayout, from start: Matrix? = nil,
    into y: Matrix, weights: (_ tap: Int) -> Matrix
  ) {
    // As many taps at a time as have panels that stay in the first level of the cache.
    let tapsAtATime = max(1, Layer.panelRows / layout.rows)
    geometry.forEachStretch(taps: shape.taps) { row, count, taps in
      for tap in stride(from: taps.lowerBound, to: taps.upperBound, by: tapsAtATime) {
        let input = row + geometry.firstOffset + tap * geometry.offsetStep
        multiplyAdd(
          rows: count, columns: layout.columns, depth: layout.rows,
          taps: Taps(
            count: min(tapsAtATime, taps.upperBound - tap),
            leftStride: geometry.offsetStep * x.rowStride, rightStride: layout.count),
          from: start?.dropping(rows: row), LeftOperand(x.dropping(rows: input)), weights(tap),
          into: y.dropping(rows: row))
      }
    }
  }

  /// Adds the product of the rows of `x`, transposed, and those of `dY` that each tap connects them
  /// with to the gradient of the weights.
  private func multiplyTransposed(_ geometry: RowGeometry, _ x: Matrix, _ dY: Matrix) {
    // So many rows of both operands stay in the cache from one tile to the next.
    let block = 256
    for tap in 0..<shape.taps {
      let (from, to, count) = geometry.connection(tap: tap)
      for row in stride(from: 0, to: count, by: block) {
        multiplyAdd(
          rows: shape.paddedInputs, columns: shape.paddedOutputs, depth: min(block, count - row),
          LeftOperand(transposed: x.dropping(rows: from + row)), dY.dropping(rows: to + row),
          into: gradientMatrix(tap: tap))
      }
    }
  }
}
