/// A convolution over states: every output row is a sum of rows looked up by state, one a tap, in
/// tables (taps, V, outputs).
struct StateConvolution {
  let taps: Int
  let vocabularySize: Int
  /// A multiple of 16.
  let outputs: Int

  /// Numbers in the tables.
  var tableCount: Int { taps * vocabularySize * outputs }

  /// The states of the input's rows to y (rows, outputs).
  func forward(
    _ states: ArraySlice<UInt16>, _ geometry: RowGeometry, bias: UnsafePointer<Float>,
    tables: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>
  ) {
    fillRows(y, rows: geometry.outputRows, columns: outputs, with: bias)
    forEachConnection(states, geometry) { row, entry in
      addLanes(of: tables + entry, to: y + row)
    }
  }

  /// Adds dY (rows, outputs) to the tables' gradient.
  func backward(
    _ states: ArraySlice<UInt16>, _ geometry: RowGeometry, _ dY: UnsafePointer<Float>,
    into dTables: UnsafeMutablePointer<Float>
  ) {
    forEachConnection(states, geometry) { row, entry in
      addLanes(of: dY + row, to: dTables + entry)
    }
  }

  @inline(__always)
  private func addLanes(of source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    for column in stride(from: 0, to: outputs, by: 16) {
      target.store(target.lanes(at: column) + source.lanes(at: column), at: column)
    }
  }

  /// Where each row of the output begins, and the entry of the tables that goes to it.
  @inline(__always)
  private func forEachConnection(
    _ states: ArraySlice<UInt16>, _ geometry: RowGeometry,
    _ body: (_ row: Int, _ entry: Int) -> Void
  ) {
    states.withUnsafeBufferPointer { states in
      geometry.forEachStretch(taps: taps) { first, count, reached in
        for row in first..<first + count {
          for tap in reached {
            let state = Int(states[row &+ geometry.firstOffset &+ tap &* geometry.offsetStep])
            body(row &* outputs, (tap &* vocabularySize &+ state) &* outputs)
          }
        }
      }
    }
  }
}
