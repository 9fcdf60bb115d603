/// One layer's weights, packed for its products, and the gradient of some segments.
///
/// Inputs and outputs are row-major, contiguous, as wide as the padded shape says.
final class Layer {
  let shape: LayerShape
  /// How rows are computed in pairs; nil where each is on its own.
  let pairing: Pairing?
  private let weight: FloatBuffer  // matrices x layout
  private let transposed: FloatBuffer  // matrices x transposedLayout
  private let biasRow: FloatBuffer  // (paddedOutputs)
  private let dWeight: FloatBuffer  // matrices x layout
  private let dBias: FloatBuffer  // (paddedOutputs)
  private let matrices: Int  // the taps and the filter's sums

  /// - Parameter biasPadding: the bias of the outputs that fill up a group to 16.
  init(_ shape: LayerShape, pairing: Pairing? = nil, biasPadding: Float = 0) {
    self.shape = shape
    self.pairing = pairing
    matrices = shape.taps + (pairing?.filter.sums ?? 0)
    weight = FloatBuffer(count: matrices * shape.layout.count)
    transposed = FloatBuffer(count: matrices * shape.transposedLayout.count)
    // As long as the panels are, the last one perhaps not full.
    let biasCount = shape.layout.panels * shape.layout.rowStride
    biasRow = FloatBuffer(count: biasCount)
    dWeight = FloatBuffer(count: matrices * shape.layout.count)
    dBias = FloatBuffer(count: shape.paddedOutputs)
    biasRow.base.update(repeating: biasPadding, count: biasCount)
  }

  /// (paddedOutputs)
  var bias: UnsafePointer<Float> { UnsafePointer(biasRow.base) }

  /// As many rows of the bias as one likes.
  var biasRows: Matrix { Matrix(repeating: biasRow.base) }

  /// The weights of a tap, or behind the taps of one of the filter's sums.
  func matrix(tap: Int) -> Matrix {
    Matrix(weight.base + tap * shape.layout.count, shape.layout)
  }

  func transposedMatrix(tap: Int) -> Matrix {
    Matrix(transposed.base + tap * shape.transposedLayout.count, shape.transposedLayout)
  }

  func gradientMatrix(tap: Int) -> Matrix {
    Matrix(dWeight.base + tap * shape.layout.count, shape.layout)
  }

  /// (paddedOutputs)
  var biasGradient: UnsafeMutablePointer<Float> { dBias.base }

  /// Takes the layer's parameters out of the flat buffer.
  ///
  /// - Parameter forBackward: whether the transposed weights are needed.
  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool) {
    forEachPart { tap, group, source, at in
      pack(
        parameters + source, rows: shape.inputs, columns: shape.outputs, stride: columns,
        into: matrix(tap: tap).base, shape.layout, column: at)
      if forBackward {
        packTransposed(
          parameters + source, rows: shape.inputs, columns: shape.outputs, stride: columns,
          into: transposedMatrix(tap: tap).base, shape.transposedLayout, row: at)
      }
      (biasRow.base + at).update(
        from: parameters + (shape.biasOffset + group * shape.outputs), count: shape.outputs)
    }
    pairing?.filter.expand(weight.base, count: shape.layout.count)
    guard forBackward else { return }
    pairing?.filter.expand(transposed.base, count: shape.transposedLayout.count)
  }

  /// Adds the gradient since the last time to the flat buffer and clears it.
  func moveGradient(to gradient: UnsafeMutablePointer<Float>) {
    pairing?.filter.fold(dWeight.base, count: shape.layout.count)
    forEachPart { tap, group, source, at in
      addUnpacked(
        gradientMatrix(tap: tap).base, shape.layout, column: at,
        rows: shape.inputs, columns: shape.outputs, stride: columns, to: gradient + source)
      guard tap == 0 else { return }
      addElements(
        of: dBias.base + at, count: shape.outputs,
        to: gradient + (shape.biasOffset + group * shape.outputs))
    }
    dWeight.base.update(repeating: 0, count: matrices * shape.layout.count)
    dBias.base.update(repeating: 0, count: shape.paddedOutputs)
  }

  /// Columns of the weights in the flat buffer.
  private var columns: Int { shape.groups * shape.outputs }

  /// The parts of the weights: where each begins in the flat buffer and at which padded column.
  private func forEachPart(
    _ body: (_ tap: Int, _ group: Int, _ source: Int, _ column: Int) -> Void
  ) {
    for tap in 0..<shape.taps {
      for group in 0..<shape.groups {
        let source = shape.weightOffset + tap * shape.inputs * columns + group * shape.outputs
        body(tap, group, source, group * padded(shape.outputs))
      }
    }
  }
}
