/// Which input row each tap of a convolution reads for an output row: row + `offset(tap)`.
///
/// - A causal convolution reads ever older rows, its last tap the present one.
/// - Windows of a batch lie one position after the other, (W, batch, channels), so that a
///   neighbour in the window is `batch` rows away and the 'same' padding is the end of the buffer.
///
/// Rows outside of the input count as zeros and cost nothing.
struct RowGeometry {
  let inputRows: Int
  let outputRows: Int
  let firstOffset: Int
  let offsetStep: Int

  init(inputRows: Int, outputRows: Int, firstOffset: Int, offsetStep: Int) {
    self.inputRows = inputRows
    self.outputRows = outputRows
    self.firstOffset = firstOffset
    self.offsetStep = offsetStep
  }

  /// A layer without neighbours.
  init(rows: Int) {
    self.init(inputRows: rows, outputRows: rows, firstOffset: 0, offsetStep: 0)
  }

  /// A causal convolution whose output begins `lead` rows after its input.
  init(inputRows: Int, lead: Int, kernelWidth: Int, dilation: Int) {
    self.init(
      inputRows: inputRows, outputRows: inputRows - lead,
      firstOffset: lead - (kernelWidth - 1) * dilation, offsetStep: dilation)
  }

  /// The rows that `tap` connects: the first input row, the first output row, how many.
  func connection(tap: Int) -> (input: Int, output: Int, count: Int) {
    let offset = firstOffset + tap * offsetStep
    let first = max(0, -offset)
    let end = min(outputRows, inputRows - offset)
    return (first + offset, first, end - first)
  }

  /// Some of the output rows alone.
  func part(_ rows: Range<Int>) -> RowGeometry {
    RowGeometry(
      inputRows: inputRows, outputRows: rows.count, firstOffset: firstOffset + rows.lowerBound,
      offsetStep: offsetStep)
  }

  /// The way back: which output row each tap gives an input row to.
  var reversed: RowGeometry {
    RowGeometry(
      inputRows: outputRows, outputRows: inputRows, firstOffset: -firstOffset,
      offsetStep: -offsetStep)
  }

  /// Cuts the output into stretches of rows that the same taps have an input row for; rows without
  /// any are left out.
  func forEachStretch(
    taps: Int, _ body: (_ firstRow: Int, _ count: Int, _ taps: Range<Int>) -> Void
  ) {
    var row = 0
    while row < outputRows {
      var (first, count, end) = (0, 0, outputRows)
      for tap in 0..<taps {
        let connection = connection(tap: tap)
        if row < connection.output {
          end = min(end, connection.output)
        } else if row < connection.output + connection.count {
          end = min(end, connection.output + connection.count)
          if count == 0 { first = tap }
          count += 1
        }
      }
      if count > 0 { body(row, end - row, first..<first + count) }
      row = end
    }
  }
}
