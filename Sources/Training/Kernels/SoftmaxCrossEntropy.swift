/// The logits of some positions in panels; those beyond the vocabulary are so low that their
/// probability is 0.
struct LogitRows {
  let logits: Matrix
  /// A multiple of 16.
  let columns: Int

  private var panels: Int { (columns + Matrix.panelWidth - 1) / Matrix.panelWidth }

  /// A row within a panel and how many columns it has there.
  @inline(__always)
  private func stretch(
    row: Int, panel: Int
  ) -> (base: UnsafeMutablePointer<Float>, count: Int) {
    let base = logits.base + (panel &* logits.panelStride &+ row &* logits.rowStride)
    return (base, min(Matrix.panelWidth, columns &- panel &* Matrix.panelWidth))
  }

  /// Multiplies a row.
  private func scale(row: Int, by factor: Float) {
    for panel in 0..<panels {
      let (base, count) = stretch(row: row, panel: panel)
      for column in stride(from: 0, to: count, by: 16) {
        base.store(base.lanes(at: column) * factor, at: column)
      }
    }
  }

  private func clear(row: Int) {
    for panel in 0..<panels {
      let (base, count) = stretch(row: row, panel: panel)
      base.update(repeating: 0, count: count)
    }
  }

  func element(row: Int, column: Int) -> UnsafeMutablePointer<Float> {
    logits.base + row * logits.rowStride
      + column / Matrix.panelWidth * logits.panelStride + column % Matrix.panelWidth
  }

  /// The loss of a row. Leaves e^(logit - largest) in it where `keepingExponentials`.
  private func loss(row: Int, target: Int, keepingExponentials keep: Bool) -> RowLoss {
    var most = Lanes(repeating: -.infinity)
    for panel in 0..<panels {
      let (base, count) = stretch(row: row, panel: panel)
      for column in stride(from: 0, to: count, by: 16) {
        most = most.larger(base.lanes(at: column))
      }
    }
    let largest = most.largest
    let wanted = element(row: row, column: target).pointee
    var sums = Lanes()
    for panel in 0..<panels {
      let (base, count) = stretch(row: row, panel: panel)
      for column in stride(from: 0, to: count, by: 16) {
        let e = VectorMath.exp(base.lanes(at: column) - largest)
        sums += e
        if keep { base.store(e, at: column) }
      }
    }
    return RowLoss(sum: sums.total, rest: Double(largest) - Double(wanted))
  }

  /// The cross entropy of a row, none for the unknown target 0.
  func loss(row: Int, target: Int) -> RowLoss {
    target == 0 ? .none : loss(row: row, target: target, keepingExponentials: false)
  }

  /// Replaces the logits of a row by the gradient of its cross entropy, softmax - one-hot.
  func lossAndGradient(row: Int, target: Int) -> RowLoss {
    guard target != 0 else {
      // Times 0 would leave NaN where a logit is NaN.
      clear(row: row)
      return .none
    }
    let loss = loss(row: row, target: target, keepingExponentials: true)
    scale(row: row, by: 1 / loss.sum)
    element(row: row, column: target).pointee -= 1
    return loss
  }
}
