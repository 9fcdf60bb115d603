import CDotProduct
import ModelFormat

/// The sums of products of an int8 layer, exact in 32 bits: two ways to the same numbers.
///
/// Weights are blocks of eight outputs side by side, in each of them four inputs (`IntegerLayout`).
enum IntegerProduct {
  private static let lanesPerBlock = IntegerLayout.blockOutputs
  private static let blockBytes = IntegerLayout.blockOutputs * IntegerLayout.groupInputs

  /// sums (8 * blocks) = weights * input, by what is faster on this kind of CPU.
  ///
  /// - Parameters:
  ///   - weights: (blocks, groups, 8, 4), -127...127 each
  ///   - input: (4 * groups), -127...127 each
  ///   - isPositive: there are no negative numbers in `input`.
  @inline(__always)
  static func run(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    isPositive: Bool, into sums: UnsafeMutablePointer<Int32>
  ) {
    guard mle_has_dot_product != 0 else {
      return oneByOne(weights, input, groups: groups, blocks: blocks, into: sums)
    }
    if isPositive {
      inLanesOfPositive(weights, input, groups: groups, blocks: blocks, into: sums)
    } else {
      inLanes(weights, input, groups: groups, blocks: blocks, into: sums)
    }
  }

  /// For CPUs with vectors: a lane of 32 bits for every output.
  static func inLanes(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    addUp(weights, input, groups: groups, blocks: blocks, into: sums) { mle_add_dot($0, $1, $2) }
  }

  /// The same of inputs that are 0...127, which most CPUs multiply faster.
  static func inLanesOfPositive(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    addUp(weights, input, groups: groups, blocks: blocks, into: sums) {
      mle_add_dot_positive($0, $1, $2)
    }
  }

  private typealias AddDot = (mle_sums, UnsafeRawPointer, Int32) -> mle_sums

  /// Four blocks in one pass over the inputs, so that a group is spread over the lanes once for 32
  /// outputs and four chains of additions run side by side; then the remaining blocks.
  @inline(__always)
  private static func addUp(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    into sums: UnsafeMutablePointer<Int32>, _ addDot: AddDot
  ) {
    let (stride, zeros) = (groups &* blockBytes, mle_sums(repeating: 0))
    var (block, weight, target) = (0, weights, UnsafeMutableRawPointer(sums))
    while block &+ 4 <= blocks {
      let (w1, w2, w3) = (weight + stride, weight + 2 &* stride, weight + 3 &* stride)
      var (a, b, c, d) = (zeros, zeros, zeros, zeros)
      for group in 0..<groups {
        let (inputs, offset) = (load(input, group), group &* blockBytes)
        a = addDot(a, weight + offset, inputs)
        b = addDot(b, w1 + offset, inputs)
        c = addDot(c, w2 + offset, inputs)
        d = addDot(d, w3 + offset, inputs)
      }
      target.storeBytes(of: a, as: mle_sums.self)
      target.storeBytes(of: b, toByteOffset: 32, as: mle_sums.self)
      target.storeBytes(of: c, toByteOffset: 64, as: mle_sums.self)
      target.storeBytes(of: d, toByteOffset: 96, as: mle_sums.self)
      (block, weight, target) = (block &+ 4, weight + 4 &* stride, target + 128)
    }
    while block < blocks {
      var sum = zeros
      for group in 0..<groups {
        sum = addDot(sum, weight + group &* blockBytes, load(input, group))
      }
      target.storeBytes(of: sum, as: mle_sums.self)
      (block, weight, target) = (block &+ 1, weight + stride, target + 32)
    }
  }

  /// The four inputs of a group.
  @inline(__always)
  private static func load(_ input: UnsafePointer<Int8>, _ group: Int) -> Int32 {
    UnsafeRawPointer(input).loadUnaligned(
      fromByteOffset: group &* IntegerLayout.groupInputs, as: Int32.self)
  }

  /// For CPUs without vectors, where lanes would be taken apart and put together one by one.
  static func oneByOne(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    into sums: UnsafeMutablePointer<Int32>
  ) {
    let values = weights.assumingMemoryBound(to: Int8.self)
    for output in 0..<(blocks &* lanesPerBlock) {
      let (block, lane) = (output / lanesPerBlock, output % lanesPerBlock)
      var row = values + (block &* groups &* blockBytes &+ lane &* IntegerLayout.groupInputs)
      var sum: Int32 = 0
      for group in 0..<groups {
        let inputs = input + group &* IntegerLayout.groupInputs
        for place in 0..<IntegerLayout.groupInputs {
          sum = sum &+ Int32(row[place]) &* Int32(inputs[place])
        }
        row += blockBytes
      }
      sums[output] = sum
    }
  }
}
