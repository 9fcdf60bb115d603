/// The logits of some positions in panels; those beyond the vocabulary are so low that their
/// probability is 0.
struct LogitRows {
  let logits: Matrix
  /// A multiple of 16.
  let columns: Int

  @inline(__always)
  private func forEachLanes(row: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    var column = 0
    var panel = logits.base + row &* logits.rowStride
    while column < columns {
      let end = min(Matrix.panelWidth, columns &- column)
      var offset = 0
      while offset < end {
        body(panel + offset)
        offset &+= 16
      }
      column &+= Matrix.panelWidth
      panel += logits.panelStride
    }
  }

  func element(row: Int, column: Int) -> UnsafeMutablePointer<Float> {
    logits.base + row * logits.rowStride
      + column / Matrix.panelWidth * logits.panelStride + column % Matrix.panelWidth
  }

  /// -ln softmax(row)[target] in nats. Leaves e^(logit - largest) in the row where
  /// `keepingExponentials`; NaN where a logit is.
  private func loss(row: Int, target: Int, keepingExponentials keep: Bool) -> (Double, sum: Float) {
    var most = Lanes(repeating: -.infinity)
    forEachLanes(row: row) { most = most.larger($0.lanes(at: 0)) }
    let largest = most.largest
    let wanted = element(row: row, column: target).pointee
    var sums = Lanes()
    forEachLanes(row: row) {
      let e = VectorMath.exp($0.lanes(at: 0) - largest)
      sums += e
      if keep { $0.store(e, at: 0) }
    }
    let sum = sums.total
    return (VectorMath.log(Double(sum)) + Double(largest) - Double(wanted), sum)
  }

  /// The cross entropy of a row, 0 for the unknown target 0.
  func loss(row: Int, target: Int) -> Double {
    target == 0 ? 0 : loss(row: row, target: target, keepingExponentials: false).0
  }

  /// Replaces the logits of a row by the gradient of its cross entropy, softmax - one-hot.
  func lossAndGradient(row: Int, target: Int) -> Double {
    guard target != 0 else {
      forEachLanes(row: row) { $0.store(Lanes(), at: 0) }
      return 0
    }
    let (loss, sum) = loss(row: row, target: target, keepingExponentials: true)
    let scale = 1 / sum
    forEachLanes(row: row) { $0.store($0.lanes(at: 0) * scale, at: 0) }
    element(row: row, column: target).pointee -= 1
    return loss
  }
}
