import TestSupport
import Testing

@testable import Training

struct RowPairsTests {
  @Test func aRestHasPartnersAsFarAsItReachesIntoTheSecondHalf() {
    // Rows 3 to 19 have both taps: 3-5 with 6-8, 9-11 with 12-14, 15-16 with 18-19, 17 alone.
    let geometry = RowGeometry(inputRows: 20, lead: 0, kernelWidth: 2, dilation: 3)
    let pairs = RowPairs(geometry, taps: 2)
    #expect(pairs.step == 3)
    #expect(pairs.count == 8)
    #expect(pairs.others == [0..<3, 17..<18])
    var runs: [[Int]] = []
    pairs.forEachRun(0..<8) { runs.append([$0, $1, $2]) }
    #expect(runs == [[0, 3, 3], [3, 9, 3], [6, 15, 2]])
    runs = []
    pairs.forEachRun(4..<7) { runs.append([$0, $1, $2]) }
    #expect(runs == [[0, 10, 2], [2, 15, 1]])
  }

  /// Every row is in one pair or in none; a pair's rows are a step apart and have all taps.
  @Test func everyRowIsComputedOnce() {
    var random = SplitMix64(seed: 22)
    for _ in 0..<500 {
      let taps = random.draw(2...3)
      let geometry = RowGeometry(
        inputRows: random.draw(1...60), outputRows: random.draw(1...60),
        firstOffset: random.draw(-40...20),
        offsetStep: random.draw(1...12))
      let pairs = RowPairs(geometry, taps: taps)
      var rows = pairs.others.flatMap { Array($0) }
      let cut = random.draw(0...pairs.count)
      for range in [0..<cut, cut..<pairs.count] {
        var next = 0
        pairs.forEachRun(range) { pair, row, count in
          #expect(pair == next)
          next += count
          rows += (row..<row + count).flatMap { [$0, $0 + geometry.offsetStep] }
          let oldest = row + geometry.firstOffset
          let newest = oldest + count - 1 + taps * geometry.offsetStep
          #expect(oldest >= 0 && newest < geometry.inputRows)
        }
        #expect(next == range.count)
      }
      #expect(rows.sorted() == Array(0..<geometry.outputRows))
    }
  }

  /// No more rows are left alone than the distance of a pair, among those that could be paired.
  @Test(arguments: 1...80)
  func fewRowsAreLeftAlone(rows: Int) {
    for dilation in [1, 2, 5, 16] {
      let reach = 2 * dilation
      let geometry = RowGeometry(
        inputRows: rows + reach, lead: reach, kernelWidth: 3, dilation: dilation)
      let pairs = RowPairs(geometry, taps: 3)
      #expect(2 * pairs.count + pairs.others.reduce(0) { $0 + $1.count } == rows)
      #expect(rows - 2 * pairs.count <= dilation)
    }
  }
}
