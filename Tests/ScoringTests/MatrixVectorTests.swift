import TestSupport
import Testing

@testable import Scoring

@Suite struct MatrixVectorTests {
  @Test func fourInputsAreAddedAsTwoPairs() {
    var output: [Float] = [0]
    let input: [Float] = [1, 2, 3, 4, 5]
    let weights: [Float] = [0.1, 0.2, 0.3, 0.4, 0.5]
    addProduct(to: [0.5], input, weights, inputs: 5, outputs: 1, into: &output)
    let group: Float = (1 * 0.1 + 2 * 0.2) + (3 * 0.3 + 4 * 0.4)
    let expected: Float = (0.5 + group) + 5 * 0.5
    #expect(output[0].bitPattern == expected.bitPattern)
  }

  @Test(arguments: [
    (1, 1), (3, 7), (4, 16), (5, 17), (8, 7), (8, 8), (8, 9), (12, 15), (16, 23), (32, 32),
    (32, 33),
    (64, 17), (70, 129),
  ])
  func everyShapeHasTheBitsOfTheScalarOrder(inputs: Int, outputs: Int) {
    var generator = SplitMix64(seed: UInt64(inputs * 1000 + outputs))
    let input = (0..<inputs).map { _ in generator.nextUnit() }
    let weights = (0..<inputs * outputs).map { _ in generator.nextUnit() }
    let start = (0..<outputs).map { _ in generator.nextUnit() }
    let expected = (0..<outputs).map { scalar(start[$0], input, weights, $0, outputs).bitPattern }
    var output = [Float](repeating: 7, count: outputs) + [42]
    addProduct(to: start, input, weights, inputs: inputs, outputs: outputs, into: &output)
    #expect(output.dropLast().map(\.bitPattern) == expected)
    #expect(output[outputs] == 42)
    var inPlace = start + [42]
    inPlace.withUnsafeMutableBufferPointer {
      let values = $0.baseAddress!
      addProduct(to: values, input, weights, inputs: inputs, outputs: outputs, into: values)
    }
    #expect(inPlace.map(\.bitPattern) == output.map(\.bitPattern))
  }

  /// `docs/scoring.md`, word for word, for one output.
  private func scalar(
    _ start: Float, _ x: [Float], _ w: [Float], _ o: Int, _ outputs: Int
  ) -> Float {
    var y = start
    var i = 0
    func product(_ i: Int) -> Float { x[i] * w[i * outputs + o] }
    while i + 4 <= x.count {
      let first = product(i) + product(i + 1)
      let second = product(i + 2) + product(i + 3)
      y = y + (first + second)
      i += 4
    }
    while i < x.count {
      y = y + product(i)
      i += 1
    }
    return y
  }
}
