/// The dense layer over the vocabulary with softmax and cross entropy, some positions at a time, so
/// that (positions, V) never exists as a whole.
final class Head {
  let layer: Layer
  private let logits = FloatBuffer()

  init(_ shape: LayerShape) {
    layer = Layer(shape, biasPadding: -.greatestFiniteMagnitude)
  }

  private var shape: LayerShape { layer.shape }

  /// Positions at a time: their logits, with the panels of weights they meet, fit the second level
  /// of the cache. A multiple of every tile's height.
  private var blockRows: Int { max(24, min(192, 49152 / shape.paddedOutputs / 24 * 24)) }

  /// The cross entropy in nats summed over the targets that are not 0.
  ///
  /// - Parameter hidden: (targets, paddedInputs)
  func loss(
    hidden: UnsafeMutablePointer<Float>, targets: ArraySlice<UInt16>
  ) -> Double {
    var total = LossSum()
    forEachBlock(hidden, targets.count) { first, rows, logits in
      for row in 0..<rows {
        total.add(logits.loss(row: row, target: Int(targets[targets.startIndex + first + row])))
      }
    }
    return total.nats
  }

  /// The loss, with its gradient added to the layer's and written to `dHidden` (targets,
  /// paddedInputs).
  func lossAndGradient(
    hidden: UnsafeMutablePointer<Float>, targets: ArraySlice<UInt16>,
    into dHidden: UnsafeMutablePointer<Float>
  ) -> Double {
    var total = LossSum()
    let inputs = shape.paddedInputs
    forEachBlock(hidden, targets.count) { first, rows, block in
      for row in 0..<rows {
        let target = Int(targets[targets.startIndex + first + row])
        total.add(block.lossAndGradient(row: row, target: target))
      }
      backward(
        block, rows: rows, Matrix(hidden + first * inputs, columns: inputs),
        into: Matrix(dHidden + first * inputs, columns: inputs))
    }
    return total.nats
  }

  private func backward(_ block: LogitRows, rows: Int, _ hidden: Matrix, into dHidden: Matrix) {
    let dLogits = block.logits
    multiplyAdd(
      rows: shape.paddedInputs, columns: shape.paddedOutputs, depth: rows,
      LeftOperand(transposed: hidden), dLogits, into: layer.gradientMatrix(tap: 0))
    let weight = layer.transposedMatrix(tap: 0)
    for panel in 0..<shape.layout.panels {
      let column = panel * Matrix.panelWidth
      let left = LeftOperand(
        dLogits.base + panel * dLogits.panelStride, rowStride: dLogits.rowStride, depthStride: 1)
      let columns = min(Matrix.panelWidth, shape.paddedOutputs - column)
      multiplyAdd(
        rows: rows, columns: shape.paddedInputs, depth: columns,
        from: panel == 0 ? .zero : nil, left, weight.dropping(rows: column), into: dHidden)
      addColumnSums(
        of: left.base, rows: rows, columns: columns, rowStride: dLogits.rowStride,
        to: layer.biasGradient + column)
    }
  }

  /// Computes the logits, some positions at a time.
  func forEachBlock(
    _ hidden: UnsafeMutablePointer<Float>, _ count: Int,
    _ body: (_ first: Int, _ rows: Int, LogitRows) -> Void
  ) {
    for first in stride(from: 0, to: count, by: blockRows) {
      let rows = min(blockRows, count - first)
      let layout = PanelLayout(rows: rows, columns: shape.paddedOutputs)
      let block = Matrix(logits.reserve(layout.count), layout)
      let x = Matrix(hidden + first * shape.paddedInputs, columns: shape.paddedInputs)
      multiplyAdd(
        rows: rows, columns: shape.paddedOutputs, depth: shape.paddedInputs,
        from: layer.biasRows, LeftOperand(x), layer.matrix(tap: 0), into: block)
      body(first, rows, LogitRows(logits: block, columns: shape.paddedOutputs))
    }
  }
}
