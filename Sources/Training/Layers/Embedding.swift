/// The rows of the input embedding, looked up by state and never as a product with one-hot vectors.
enum Embedding {
  /// x[r] = embedding[state r], for an embedding (V, C) in the flat buffer.
  ///
  /// - Parameter x: (states, padded C)
  static func gather(
    _ states: ArraySlice<UInt16>, _ embedding: UnsafePointer<Float>, channels: Int,
    into x: UnsafeMutablePointer<Float>
  ) {
    let width = padded(channels)
    var row = x
    for state in states {
      row.update(from: embedding + Int(state) * channels, count: channels)
      for pad in channels..<width { row[pad] = 0 }
      row += width
    }
  }

  /// Adds each row of dX to the embedding's gradient, in order.
  static func scatter(
    _ states: ArraySlice<UInt16>, _ dX: UnsafePointer<Float>, channels: Int,
    into dEmbedding: UnsafeMutablePointer<Float>
  ) {
    var row = dX
    for state in states {
      addElements(of: row, count: channels, to: dEmbedding + Int(state) * channels)
      row += padded(channels)
    }
  }

  /// x[r] = column `state r` of the head's weights, which `head` holds transposed.
  static func gather(
    _ states: ArraySlice<UInt16>, tiedTo head: Layer, into x: UnsafeMutablePointer<Float>
  ) {
    let rows = head.transposedMatrix(tap: 0)
    let width = head.shape.paddedInputs
    var target = x
    for state in states {
      let source = rows.dropping(rows: Int(state))
      for (panel, column) in stride(from: 0, to: width, by: Matrix.panelWidth).enumerated() {
        (target + column).update(
          from: source.base + panel * source.panelStride,
          count: min(Matrix.panelWidth, width - column))
      }
      target += width
    }
  }

  /// Adds each row of dX to the gradient of the head's column.
  static func scatter(
    _ states: ArraySlice<UInt16>, _ dX: UnsafePointer<Float>, tiedTo head: Layer
  ) {
    let layout = head.shape.layout
    let dWeight = head.gradientMatrix(tap: 0).base
    var row = dX
    for state in states {
      let column = dWeight + layout.offset(row: 0, column: Int(state))
      for channel in 0..<head.shape.inputs { column[channel &* layout.rowStride] += row[channel] }
      row += head.shape.paddedInputs
    }
  }
}
