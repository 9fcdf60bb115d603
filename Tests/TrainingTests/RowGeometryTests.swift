import TestSupport
import Testing

@testable import Training

struct RowGeometryTests {
  /// Every tap of every output row once, in order, and no row outside of the input.
  @Test func stretchesCoverWhatTheTapsReach() {
    var random = SplitMix64(seed: 21)
    for _ in 0..<300 {
      let taps = random.draw(1...5)
      let geometry = RowGeometry(
        inputRows: random.draw(1...40), outputRows: random.draw(1...40),
        firstOffset: random.draw(-30...30),
        offsetStep: random.draw(-9...9))
      for geometry in [geometry, geometry.reversed] {
        var expected: [[Int]] = []
        for row in 0..<geometry.outputRows {
          for tap in 0..<taps {
            let input = row + geometry.firstOffset + tap * geometry.offsetStep
            if (0..<geometry.inputRows).contains(input) { expected.append([row, tap]) }
          }
        }
        var found: [[Int]] = []
        geometry.forEachStretch(taps: taps) { first, count, range in
          for row in first..<first + count { found += range.map { [row, $0] } }
        }
        #expect(found == expected)
      }
    }
  }
}
