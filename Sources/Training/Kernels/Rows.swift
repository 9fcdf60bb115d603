/// Sets every row of `target` (rows, columns), contiguous, to `row`. `columns` is a multiple of 16.
func fillRows(
  _ target: UnsafeMutablePointer<Float>, rows: Int, columns: Int, with row: UnsafePointer<Float>
) {
  for column in stride(from: 0, to: columns, by: 16) {
    let lanes = row.lanes(at: column)
    for r in 0..<rows { target.store(lanes, at: r &* columns &+ column) }
  }
}

/// target = source + row, for every row of `source` (rows, columns). `columns` is a multiple of 16.
func addRow(
  _ row: UnsafePointer<Float>, to source: UnsafePointer<Float>, rows: Int, columns: Int,
  into target: UnsafeMutablePointer<Float>
) {
  for r in 0..<rows {
    for column in stride(from: 0, to: columns, by: 16) {
      let index = r &* columns &+ column
      target.store(source.lanes(at: index) + row.lanes(at: column), at: index)
    }
  }
}

/// Adds the sum of the rows of `source` to `target`: the gradient of a bias. Rows in order.
func addColumnSums(
  of source: UnsafePointer<Float>, rows: Int, columns: Int, rowStride: Int,
  to target: UnsafeMutablePointer<Float>
) {
  var column = 0
  while column &+ 64 <= columns {
    // Four sums at a time: one alone would wait for its own last addition.
    var (a, b) = (target.lanes(at: column), target.lanes(at: column &+ 16))
    var (c, d) = (target.lanes(at: column &+ 32), target.lanes(at: column &+ 48))
    for r in 0..<rows {
      let row = source + (r &* rowStride &+ column)
      a += row.lanes(at: 0)
      b += row.lanes(at: 16)
      c += row.lanes(at: 32)
      d += row.lanes(at: 48)
    }
    target.store(a, at: column)
    target.store(b, at: column &+ 16)
    target.store(c, at: column &+ 32)
    target.store(d, at: column &+ 48)
    column &+= 64
  }
  while column < columns {
    var sum = target.lanes(at: column)
    for r in 0..<rows { sum += source.lanes(at: r &* rowStride &+ column) }
    target.store(sum, at: column)
    column &+= 16
  }
}
