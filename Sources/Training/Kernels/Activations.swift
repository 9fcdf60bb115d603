/// h = mask * max(0, h) in place.
///
/// - Parameters:
///   - h: (rows, columns) contiguous; `columns` is a multiple of 16.
///   - mask: scales what it keeps by 1 / (1 - rate); nil keeps all.
func reluForward(
  _ h: UnsafeMutablePointer<Float>, rows: Int, columns: Int, mask: DropoutMask?
) {
  for row in 0..<rows {
    let lane = mask?.row(row)
    for column in stride(from: 0, to: columns, by: 16) {
      let index = row &* columns &+ column
      let x = h.lanes(at: index)
      let y = x.replacing(with: 0, where: x .< 0)
      h.store(lane?.apply(to: y, column: column) ?? y, at: index)
    }
  }
}

/// dH = dH * scale wherever h > 0, else 0: a dropped element is 0, so h holds the mask too.
func reluBackward(
  _ h: UnsafePointer<Float>, _ dH: UnsafeMutablePointer<Float>, count: Int, scale: Float
) {
  for index in stride(from: 0, to: count, by: 16) {
    let d = dH.lanes(at: index) * scale
    dH.store(d.replacing(with: 0, where: h.lanes(at: index) .<= 0), at: index)
  }
}

/// h = mask * tanh(a) * sigmoid(b); `pair` (rows, 2 columns), a and b side by side, keeps
/// tanh(a) and sigmoid(b) for the way back.
func gatedForward(
  _ pair: UnsafeMutablePointer<Float>, rows: Int, columns: Int, mask: DropoutMask?,
  into h: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let lane = mask?.row(row)
    for column in stride(from: 0, to: columns, by: 16) {
      let index = 2 &* row &* columns &+ column
      let a = VectorMath.tanh(pair.lanes(at: index))
      let b = VectorMath.sigmoid(pair.lanes(at: index &+ columns))
      pair.store(a, at: index)
      pair.store(b, at: index &+ columns)
      let y = a * b
      h.store(lane?.apply(to: y, column: column) ?? y, at: row &* columns &+ column)
    }
  }
}

/// dPair from dH (rows, columns) and what `gatedForward` kept.
func gatedBackward(
  _ pair: UnsafePointer<Float>, _ dH: UnsafePointer<Float>, rows: Int, columns: Int,
  mask: DropoutMask?, into dPair: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let lane = mask?.row(row)
    for column in stride(from: 0, to: columns, by: 16) {
      let index = 2 &* row &* columns &+ column
      let a = pair.lanes(at: index)
      let b = pair.lanes(at: index &+ columns)
      let d = dH.lanes(at: row &* columns &+ column)
      let g = lane?.apply(to: d, column: column) ?? d
      dPair.store(g * b * (1 - a * a), at: index)
      dPair.store(g * a * (b * (1 - b)), at: index &+ columns)
    }
  }
}
