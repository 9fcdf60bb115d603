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

  init(_ geometry: RowGeometry, taps: Int) {
    let step = geometry.offsetStep
    var (first, end) = (0, geometry.outputRows)
    for tap in 0..<taps {
      let connection = geometry.connection(tap: tap)
      first = max(first, connection.output)
      end = min(end, connection.output + connection.count)
    }
    first = min(first, geometry.outputRows)
    end = max(first, end)
    let groups = step > 0 ? (end - first) / (2 * step) : 0
    let rest = end - first - 2 * step * groups
    let partners = step > 0 ? max(0, rest - step) : 0
    let alone = first + 2 * step * groups + partners
    self.step = step
    count = groups * step + partners
    firstRow = first
    others = [0..<first, alone..<alone + rest - 2 * partners, end..<geometry.outputRows]
      .filter { !$0.isEmpty }
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
