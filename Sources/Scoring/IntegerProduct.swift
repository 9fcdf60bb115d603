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
  ///   - weights: (blocks, groups, 8, 4)
  ///   - input: (4 * groups)
  @inline(__always)
  static func run(
    _ weights: UnsafeRawPointer, _ input: UnsafePointer<Int8>, groups: Int, blocks: Int,
    _ scratch: IntegerScratch
  ) {
    #if arch(x86_64) || arch(i386) || arch(arm64) || arch(arm)
      scratch.widen(input, count: groups * IntegerLayout.groupInputs)
      inLanes(weights, groups: groups, blocks: blocks, scratch)
    #else
      oneByOne(weights, input, groups: groups, blocks: blocks, into: scratch.sums)
    #endif
  }

  /// For CPUs with vectors: a lane of 32 bits for every output, in it two halves of 16 bits.
  ///
  /// A half holds two weights: one shift makes the upper of them a number of 16 bits, two the lower.
  /// The sum of two products of 8 bits fits a half (2 * 127 * 127 = 32,258). Taking the halves of a
  /// lane apart before they are added up would cost as much again. Instead 2^15 makes the lower half
  /// l a number without a sign, so that whole lanes add up to 2^16 Σh + Σ(l + 2^15), modulo 2^32, and
  /// lanes shifted by 16 to Σh; Σh + Σl follows once at the end.
  static func inLanes(
    _ weights: UnsafeRawPointer, groups: Int, blocks: Int, _ scratch: IntegerScratch
  ) {
    let bias = unsafeBitCast(SIMD8<Int32>(repeating: 1 &<< 15), to: SIMD16<Int16>.self)
    let allBiases = Int32(truncatingIfNeeded: groups) &<< 15
    var weight = weights
    for block in 0..<blocks {
      var (whole, upper) = (SIMD8<Int32>(repeating: 0), SIMD8<Int32>(repeating: 0))
      for group in 0..<groups {
        let pairs = weight.loadUnaligned(as: SIMD16<Int16>.self)
        let even = SIMD8<Int32>(repeating: scratch.evens[group])
        let odd = SIMD8<Int32>(repeating: scratch.odds[group])
        let halves =
          ((pairs &<< 8) &>> 8) &* unsafeBitCast(even, to: SIMD16<Int16>.self)
          &+ (pairs &>> 8) &* unsafeBitCast(odd, to: SIMD16<Int16>.self) &+ bias
        let lanes = unsafeBitCast(halves, to: SIMD8<Int32>.self)
        whole = whole &+ lanes
        upper = upper &+ (lanes &>> 16)
        weight += blockBytes
      }
      let sums = whole &- (upper &<< 16) &- allBiases &+ upper
      UnsafeMutableRawPointer(scratch.sums + block &* lanesPerBlock)
        .storeBytes(of: sums, as: SIMD8<Int32>.self)
    }
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
