import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct IntegerProductTests {
  private struct Case {
    let groups: Int
    let blocks: Int
    var weights: [Int8]
    var input: [Int8]

    init(groups: Int, blocks: Int, _ number: () -> Int8) {
      self.groups = groups
      self.blocks = blocks
      weights = (0..<(32 * groups * blocks)).map { _ in number() }
      input = (0..<(4 * groups)).map { _ in number() }
    }

    /// The layout's definition, in `Int`.
    var expected: [Int32] {
      (0..<(8 * blocks)).map { o in
        var sum = 0
        for i in input.indices {
          sum += Int(weights[((o / 8 * groups + i / 4) * 8 + o % 8) * 4 + i % 4]) * Int(input[i])
        }
        return Int32(sum)
      }
    }

    private func sums(_ run: (UnsafePointer<Int8>, IntegerScratch) -> Void) -> [Int32] {
      let count = IntegerScratch.floatCount(inputs: 4 * groups, outputs: 8 * blocks)
      let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
      defer { memory.deallocate() }
      let scratch = IntegerScratch(memory, inputs: 4 * groups, outputs: 8 * blocks)
      run(weights, scratch)
      return (0..<(8 * blocks)).map { scratch.sums[$0] }
    }

    var inLanes: [Int32] {
      sums { weights, scratch in
        scratch.widen(input, count: input.count)
        IntegerProduct.inLanes(weights, groups: groups, blocks: blocks, scratch)
      }
    }

    var oneByOne: [Int32] {
      sums { weights, scratch in
        IntegerProduct.oneByOne(
          weights, input, groups: groups, blocks: blocks, into: scratch.sums)
      }
    }
  }

  @Test(arguments: [(1, 1), (2, 3), (7, 1), (24, 4), (512, 2)])
  func bothWaysGiveTheExactSums(groups: Int, blocks: Int) {
    var generator = SplitMix64(seed: UInt64(100 * groups + blocks))
    let test = Case(groups: groups, blocks: blocks) {
      Int8(Int(generator.next() % 255) - 127)
    }
    #expect(test.inLanes == test.expected)
    #expect(test.oneByOne == test.expected)
  }

  /// The sums of two products are as large as they can be, in both halves of a lane.
  @Test(arguments: [Int8(127), -127])
  func theLargestSumsDoNotOverflow(sign: Int8) {
    for pattern in 0..<4 {
      var test = Case(groups: 512, blocks: 1) { 127 }
      for index in test.input.indices where pattern & (index % 2 + 1) != 0 {
        test.input[index] = sign
      }
      for index in test.weights.indices where index % 3 == pattern { test.weights[index] = -127 }
      #expect(test.inLanes == test.expected)
      #expect(test.oneByOne == test.expected)
    }
    let largest = Case(groups: 512, blocks: 1) { 127 }
    #expect(largest.inLanes == [Int32](repeating: 2048 * 127 * 127, count: 8))
  }
}
