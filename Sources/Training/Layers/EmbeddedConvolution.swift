/// The first block's convolution, whose input is nothing but rows of the embedding: tap k of a state
/// is a row of the table T[k] = E W[k], made once for all positions of a pass.
///
/// The way back collects the gradients of the tables, over all segments of a batch; they are products
/// with E and W only then.
final class EmbeddedConvolution {
  private let layer: Layer
  private let embedding: EmbeddingPlace
  private let lookUp: StateConvolution
  private let tables: FloatBuffer  // (taps, V, O)
  private let dEmbedding = FloatBuffer()  // (V, padded C)
  private var parameters: UnsafePointer<Float>?

  init(_ layer: Layer, _ embedding: EmbeddingPlace) {
    self.layer = layer
    self.embedding = embedding
    lookUp = StateConvolution(
      taps: layer.shape.taps, vocabularySize: embedding.vocabularySize,
      outputs: layer.shape.paddedOutputs)
    tables = FloatBuffer(count: lookUp.tableCount)
  }

  private var shape: LayerShape { layer.shape }

  private func rows(of tables: UnsafeMutablePointer<Float>, tap: Int) -> Matrix {
    Matrix(
      tables + tap * lookUp.vocabularySize * lookUp.outputs, columns: lookUp.outputs)
  }

  /// Makes the tables.
  ///
  /// - Precondition: the layer has the same parameters.
  func load(_ parameters: UnsafePointer<Float>) {
    for tap in 0..<shape.taps {
      multiplyAdd(
        rows: lookUp.vocabularySize, columns: lookUp.outputs, depth: shape.inputs,
        from: .zero, embedding.rows(in: parameters), layer.matrix(tap: tap),
        into: rows(of: tables.base, tap: tap))
    }
    self.parameters = parameters
  }

  /// The states of the input's rows to y (rows, O).
  func forward(
    _ states: ArraySlice<UInt16>, _ geometry: RowGeometry, into y: UnsafeMutablePointer<Float>
  ) {
    lookUp.forward(states, geometry, bias: layer.bias, tables: tables.base, into: y)
  }

  /// Adds dY (rows, O) to the gradients of the tables (taps, V, O) and of the bias.
  func backward(
    _ states: ArraySlice<UInt16>, _ geometry: RowGeometry, _ dY: UnsafePointer<Float>,
    into dTables: UnsafeMutablePointer<Float>
  ) {
    lookUp.backward(states, geometry, dY, into: dTables)
    addColumnSums(
      of: dY, rows: geometry.outputRows, columns: lookUp.outputs, rowStride: lookUp.outputs,
      to: layer.biasGradient)
  }

  /// Adds what the gradients of the tables mean for weights and embedding to the flat gradient:
  /// dW[k] += E^T dT[k], dE += dT[k] W[k]^T.
  func finish(
    _ dTables: UnsafeMutablePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    guard let parameters else { preconditionFailure("no parameters are loaded") }
    for tap in 0..<shape.taps {
      multiplyAdd(
        rows: shape.inputs, columns: shape.paddedOutputs, depth: lookUp.vocabularySize,
        embedding.columns(in: parameters), rows(of: dTables, tap: tap),
        into: layer.gradientMatrix(tap: tap))
    }
    layer.moveGradient(to: gradient)
    let dRows = dEmbedding.reserve(lookUp.vocabularySize * shape.paddedInputs)
    multiplyAdd(
      rows: lookUp.vocabularySize, columns: shape.paddedInputs, depth: shape.paddedOutputs,
      taps: Taps(
        count: shape.taps, leftStride: lookUp.vocabularySize * lookUp.outputs,
        rightStride: shape.transposedLayout.count),
      from: .zero, LeftOperand(rows(of: dTables, tap: 0)), layer.transposedMatrix(tap: 0),
      into: Matrix(dRows, columns: shape.paddedInputs))
    embedding.add(dRows, to: gradient)
  }
}
