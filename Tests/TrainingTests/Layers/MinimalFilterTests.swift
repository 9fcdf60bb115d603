import TestSupport
import Testing

@testable import Training

struct MinimalFilterTests {
  /// Numbers that fit in the head, the same in all sixteen lanes.
  private func lanes(_ values: [Float]) -> [Float] {
    values.flatMap { [Float](repeating: $0, count: 16) }
  }

  @Test func threeTapsAreWhatOneWorksOutByHand() throws {
    let filter = try #require(MinimalFilter(taps: 3))
    var g = lanes([2, 3, 4, 0, 0])
    filter.expand(&g, count: 16)
    // (2 + 3 + 4) / 2, (2 - 3 + 4) / 2
    #expect(g == lanes([2, 3, 4, 4.5, 1.5]))
    var v = lanes([0, 0, 0, 0])
    filter.input(lanes([1, 5, 7, 10]), step: 16, count: 16, into: &v, stride: 16)
    #expect(v == lanes([-6, 12, 2, 5]))
    // -6 * 2, 12 * 4.5, 2 * 1.5, 5 * 4
    let m = lanes([-12, 54, 3, 20])
    var y = lanes([100, 200])
    filter.output(m, stride: 16, count: 16, into: &y, step: 16)
    // 1 * 2 + 5 * 3 + 7 * 4 = 45, 5 * 2 + 7 * 3 + 10 * 4 = 71
    #expect(y == lanes([145, 271]))
  }

  @Test func twoTapsAreWhatOneWorksOutByHand() throws {
    let filter = try #require(MinimalFilter(taps: 2))
    var g = lanes([2, 3, 0])
    filter.expand(&g, count: 16)
    #expect(g == lanes([2, 3, 5]))
    var v = lanes([0, 0, 0])
    filter.input(lanes([1, 5, 7]), step: 16, count: 16, into: &v, stride: 16)
    #expect(v == lanes([-4, 5, 2]))
    var y = lanes([100, 200])
    filter.output(lanes([-8, 25, 6]), stride: 16, count: 16, into: &y, step: 16)
    // 1 * 2 + 5 * 3 = 17, 5 * 2 + 7 * 3 = 31
    #expect(y == lanes([117, 231]))
  }

  @Test func otherNumbersOfTapsHaveNone() {
    for taps in [0, 1, 4, 8] { #expect(MinimalFilter(taps: taps) == nil) }
  }

  @Test(arguments: [2, 3])
  func theProductsAreOfTheTapsAndThenTheSums(taps: Int) throws {
    let filter = try #require(MinimalFilter(taps: taps))
    let places = (0..<filter.products).map { filter.place(ofProduct: $0) }
    #expect(places == (taps == 2 ? [0, 2, 1] : [0, 3, 4, 2]))
  }

  /// Each way back is the transpose of the way there: <A x, y> = <x, A^T y>, exactly, in whole
  /// numbers.
  @Test(arguments: [2, 3], 1...20)
  func waysBackAreTransposes(taps: Int, seed: UInt64) throws {
    let filter = try #require(MinimalFilter(taps: taps))
    var random = SplitMix64(seed: seed)
    let (count, products) = (32, filter.products)
    // Even, for the halves.
    func numbers(_ parts: Int) -> [Float] {
      (0..<parts * count).map { _ in Float(Int(random.next() % 41)) * 2 - 40 }
    }
    func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    let (d, dV) = (numbers(taps + 1), numbers(products))
    var v = numbers(products)
    filter.input(d, step: count, count: count, into: &v, stride: count)
    var dD = [Float](repeating: 0, count: d.count)
    filter.inputGradient(dV, stride: count, count: count, into: &dD, step: count)
    #expect(dot(v, dV) == dot(d, dD))

    let (m, dY) = (numbers(products), numbers(2))
    var y = [Float](repeating: 0, count: dY.count)
    filter.output(m, stride: count, count: count, into: &y, step: count)
    var dM = numbers(products)
    filter.outputGradient(dY, step: count, count: count, into: &dM, stride: count)
    #expect(dot(y, dY) == dot(m, dM))

    var g = numbers(taps + filter.sums)
    let dG = numbers(taps + filter.sums)
    filter.expand(&g, count: count)
    var folded = dG
    filter.fold(&folded, count: count)
    let tapsAlone = taps * count
    #expect(dot(g, dG) == dot(Array(g[..<tapsAlone]), Array(folded[..<tapsAlone])))
  }
}
