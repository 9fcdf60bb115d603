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
}
