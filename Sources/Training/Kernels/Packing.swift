/// Copies (rows, columns) of a row-major matrix, whose rows are `stride` apart, into panels, at
/// column `column` of them.
func pack(
  _ source: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int,
  into target: UnsafeMutablePointer<Float>, _ layout: PanelLayout, column first: Int = 0
) {
  forEachRun(columns: columns, layout, column: first) { column, offset, count in
    for row in 0..<rows {
      let from = source + (row * stride + column)
      (target + (offset + row * layout.rowStride)).update(from: from, count: count)
    }
  }
}

/// Copies the transpose of (rows, columns) of a row-major matrix, whose rows are `stride` apart,
/// into panels, the first source column at row `row` of them.
func packTransposed(
  _ source: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int,
  into target: UnsafeMutablePointer<Float>, _ layout: PanelLayout, row first: Int = 0
) {
  let targetStride = layout.rowStride
  for rowBlock in Swift.stride(from: 0, to: rows, by: 16) {
    let panel = target + layout.offset(row: first, column: rowBlock)
    let height = min(16, rows - rowBlock)
    for column in Swift.stride(from: 0, to: columns, by: 16) {
      let from = source + (rowBlock * stride + column)
      let to = panel + column * targetStride
      if height == 16 && column + 16 <= columns {
        transposeSquare(from, stride, into: to, targetStride)
      } else {
        for c in 0..<min(16, columns - column) {
          for r in 0..<height { to[c * targetStride + r] = from[r * stride + c] }
        }
      }
    }
  }
}

/// Adds columns of a packed matrix to (rows, columns) of a row-major one, whose rows are `stride`
/// apart.
func addUnpacked(
  _ source: UnsafePointer<Float>, _ layout: PanelLayout, column first: Int = 0,
  rows: Int, columns: Int, stride: Int, to target: UnsafeMutablePointer<Float>
) {
  forEachRun(columns: columns, layout, column: first) { column, offset, count in
    for row in 0..<rows {
      let from = source + (offset + row * layout.rowStride)
      addElements(of: from, count: count, to: target + (row * stride + column))
    }
  }
}

/// Adds `source` to `target`, element by element.
func addElements(
  of source: UnsafePointer<Float>, count: Int, to target: UnsafeMutablePointer<Float>
) {
  var index = 0
  while index &+ 16 <= count {
    target.store(target.lanes(at: index) + source.lanes(at: index), at: index)
    index &+= 16
  }
  while index < count {
    target[index] += source[index]
    index &+= 1
  }
}

/// The stretches of `0..<columns` that stay within a panel when the first one is at `first`.
@inline(__always)
private func forEachRun(
  columns: Int, _ layout: PanelLayout, column first: Int,
  _ body: (_ column: Int, _ offset: Int, _ count: Int) -> Void
) {
  var column = 0
  while column < columns {
    let at = first + column
    let count = min(Matrix.panelWidth - at % Matrix.panelWidth, columns - column)
    body(column, layout.offset(row: 0, column: at), count)
    column += count
  }
}

/// 16 x 16, by four rounds of perfect shuffles (each halves the distance of what belongs together).
private func transposeSquare(
  _ source: UnsafePointer<Float>, _ sourceStride: Int,
  into target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
  var rows = InlineArray<16, Lanes>(repeating: Lanes())
  for r in 0..<16 { rows[unchecked: r] = source.lanes(at: r &* sourceStride) }
  for _ in 0..<4 {
    var shuffled = rows
    for r in 0..<8 {
      let (a, b) = (rows[unchecked: r], rows[unchecked: r &+ 8])
      var low = Lanes()
      low.evenHalf = a.lowHalf
      low.oddHalf = b.lowHalf
      var high = Lanes()
      high.evenHalf = a.highHalf
      high.oddHalf = b.highHalf
      shuffled[unchecked: 2 &* r] = low
      shuffled[unchecked: 2 &* r &+ 1] = high
    }
    rows = shuffled
  }
  for r in 0..<16 { target.store(rows[unchecked: r], at: r &* targetStride) }
}
