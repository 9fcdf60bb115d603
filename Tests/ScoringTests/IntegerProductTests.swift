import CDotProduct
import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct IntegerProductTests {
  private struct Case {
    let inputs, outputs: Int
    var weights: [Int8]
    var input: [Int8]

    private var groups: Int { (inputs + 3) / 4 }

    /// The numbers that complete the last group and block are arbitrary among the inputs and zero
    /// among the weights, as in a blob.
    init(inputs: Int, outputs: Int, _ number: () -> Int8) {
      self.inputs = inputs
      self.outputs = outputs
      let groups = (inputs + 3) / 4
      weights = []
      for index in 0..<((outputs + 7) / 8 * groups * 32) {
        let (output, input) = (
          index / (32 * groups) * 8 + index % 32 / 4, index / 32 % groups * 4 + index % 4
        )
        weights.append(output < outputs && input < inputs ? number() : 0)
      }
      input = (0..<(4 * groups)).map { _ in number() }
    }

    /// The layout's definition, in `Int`.
    var expected: [Int32?] {
      (0..<outputs).map { o in
        var sum = 0
        for i in 0..<inputs {
          sum += Int(weights[((o / 8 * groups + i / 4) * 8 + o % 8) * 4 + i % 4]) * Int(input[i])
        }
        return Int32(sum)
      }
    }

    /// What each output was given, and that it was given one sum.
    private func sums(
      _ run: (IntegerProduct, IntegerProduct.LanesSink, IntegerProduct.SingleSink) -> Void
    ) -> [Int32?] {
      var sums = [Int32?](repeating: nil, count: outputs)
      func take(_ output: Int, _ sum: Int32) {
        #expect(sums[output] == nil)
        sums[output] = sum
      }
      weights.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        run(
          IntegerProduct(weights: base, inputs: inputs, outputs: outputs),
          { output, lanes in for lane in 0..<8 { take(output + lane, lanes[lane]) } },
          { output, sum in take(output, sum) })
      }
      return sums
    }

    var inLanes: [Int32?] { sums { $0.inLanes(input, lanes: $1, single: $2) } }
    var inLanesOfPositive: [Int32?] {
      sums { $0.inLanesOfPositive(input, lanes: $1, single: $2) }
    }
    var oneByOne: [Int32?] { sums { $0.oneByOne(input, single: $2) } }
    func run(isPositive: Bool) -> [Int32?] {
      sums { $0.run(input, isPositive: isPositive, lanes: $1, single: $2) }
    }
  }

  /// Fewer and more than four blocks, whole and not.
  static let shapes = [(1, 1), (4, 8), (7, 17), (28, 8), (96, 32), (32, 37), (30, 72), (2048, 40)]

  @Test(arguments: shapes)
  func everyWayGivesTheExactSums(inputs: Int, outputs: Int) {
    var generator = SplitMix64(seed: UInt64(100 * inputs + outputs))
    let test = Case(inputs: inputs, outputs: outputs) { Int8(Int(generator.next() % 255) - 127) }
    #expect(test.inLanes == test.expected)
    #expect(test.oneByOne == test.expected)
    #expect(test.run(isPositive: false) == test.expected)
  }

  @Test(arguments: shapes)
  func inputsWithoutSignsGiveTheExactSums(inputs: Int, outputs: Int) {
    var generator = SplitMix64(seed: UInt64(7 * inputs + outputs))
    var test = Case(inputs: inputs, outputs: outputs) { Int8(Int(generator.next() % 255) - 127) }
    for index in test.input.indices { test.input[index] = abs(test.input[index]) }
    #expect(test.inLanesOfPositive == test.expected)
    #expect(test.run(isPositive: true) == test.expected)
  }

  /// The sums of two products are as large as they can be.
  @Test(arguments: [Int8(127), -127])
  func theLargestSumsDoNotOverflow(sign: Int8) {
    for pattern in 0..<4 {
      var test = Case(inputs: 2048, outputs: 8) { 127 }
      for index in test.input.indices where pattern & (index % 2 + 1) != 0 {
        test.input[index] = sign
      }
      for index in test.weights.indices where index % 3 == pattern { test.weights[index] = -127 }
      #expect(test.inLanes == test.expected)
      #expect(test.oneByOne == test.expected)
    }
    let largest = Case(inputs: 2048, outputs: 32) { 127 }
    #expect(largest.inLanes == [Int32?](repeating: 2048 * 127 * 127, count: 32))
    #expect(largest.inLanesOfPositive == largest.inLanes)
  }

  /// The device and the workstation that this is for.
  @Test func thisCPUHasADotProduct() {
    #if arch(x86_64) || arch(arm64)
      #expect(mle_has_dot_product() == 1)
    #endif
  }
}
