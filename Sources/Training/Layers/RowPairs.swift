/// The output rows of a convolution that are computed two at a time, a row and the one `step` after
/// it, and those that are not.
///
/// Only rows that every tap has an input row for are paired: 2 `step` rows, the first half with the
/// second, again and again. Of a rest longer than `step`, as many as have a partner.
struct RowPairs {
  /// How far apart the rows of a pair are.
  let step: Int
  /// How many pairs.
  let count: Int
  /// All other output rows.
  let others: [Range<Int>]
  private let firstRow: Int

  /// - Precondition: each tap reads a later row than the one before it.
  init(_ geometry: RowGeometry, taps: Int) {
    step = geometry.offsetStep
    precondition(step > 0, "taps that are \(step) rows apart")
    let last = geometry.outputRows
    let oldest = geometry.connection(tap: 0)
    let newest = geometry.connection(tap: taps - 1)
    firstRow = min(max(oldest.output, newest.output), last)
    let end = max(
      firstRow, min(oldest.output + oldest.count, newest.output + newest.count))
    let (groups, rest) = (end - firstRow).quotientAndRemainder(dividingBy: 2 * step)
    let partners = max(0, rest - step)
    count = groups * step + partners
    let alone = firstRow + 2 * step * groups + partners
    others =
      count == 0
      ? [0..<last]
      : [0..<firstRow, alone..<alone + rest - 2 * partners, end..<last].filter { !$0.isEmpty }
  }

  /// Cuts pairs into runs whose first rows, and so their second ones, follow one another.
  ///
  /// - Parameter body: gets the run's first pair, counted from that of `pairs`, its first row, its
  ///   length.
  func forEachRun(
    _ pairs: Range<Int>, _ body: (_ pair: Int, _ row: Int, _ count: Int) -> Void
  ) {
    var pair = pairs.lowerBound
    while pair < pairs.upperBound {
      let (group, place) = pair.quotientAndRemainder(dividingBy: step)
      let count = min(step - place, pairs.upperBound - pair)
      body(pair - pairs.lowerBound, firstRow + 2 * step * group + place, count)
      pair += count
    }
  }
}
