import CDotProduct
import ModelFormat

/// The sums of products of an int8 layer, exact in 32 bits: two ways to the same numbers.
///
/// Weights are blocks of eight outputs side by side, in each of them four inputs (`IntegerLayout`).
struct IntegerProduct {
  /// (blocks, groups, 8, 4), -127...127 each
  let weights: UnsafeRawPointer
  let inputs, outputs: Int

  /// Takes the sums of eight outputs, the first of them `output`.
  typealias LanesSink = (_ output: Int, _ sums: SIMD8<Int32>) -> Void
  /// Takes the sum of one output.
  typealias SingleSink = (_ output: Int, _ sum: Int32) -> Void

  private static let lanesPerBlock = IntegerLayout.blockOutputs
  private static let groupInputs = IntegerLayout.groupInputs
  private static let blockBytes = lanesPerBlock * groupInputs
  /// How many blocks go side by side.
  private static let blocksAtATime = 4

  private var groups: Int { (inputs + Self.groupInputs - 1) / Self.groupInputs }

  /// weights * input, by what is faster on this kind of CPU; each output goes to one of the sinks.
  ///
  /// - Parameters:
  ///   - input: (I, completed to a multiple of 4), -127...127 each
  ///   - isPositive: there are no negative numbers in `input`, which most CPUs multiply faster.
  @inline(__always)
  func run(
    _ input: UnsafePointer<Int8>, isPositive: Bool, lanes: LanesSink, single: SingleSink
  ) {
    if mle_has_dot_product() == 0 {
      oneByOne(input, single: single)
    } else if isPositive {
      inLanesOfPositive(input, lanes: lanes, single: single)
    } else {
      inLanes(input, lanes: lanes, single: single)
    }
  }

  /// For CPUs with vectors: a lane of 32 bits for every output.
  @inline(__always)
  func inLanes(_ input: UnsafePointer<Int8>, lanes: LanesSink, single: SingleSink) {
    addUp(input, lanes: lanes, single: single) { mle_add_dot($0, $1, $2) }
  }

  /// The same of inputs that are 0...127.
  @inline(__always)
  func inLanesOfPositive(_ input: UnsafePointer<Int8>, lanes: LanesSink, single: SingleSink) {
    addUp(input, lanes: lanes, single: single) { mle_add_dot_positive($0, $1, $2) }
  }

  private typealias AddDot = (SIMD8<Int32>, UnsafeRawPointer, Int32) -> SIMD8<Int32>

  /// Four blocks in one pass over the inputs, so that a group is spread over the lanes once for 32
  /// outputs and four chains of additions run side by side; then the remaining blocks.
  @inline(__always)
  private func addUp(
    _ input: UnsafePointer<Int8>, lanes: LanesSink, single: SingleSink, _ addDot: AddDot
  ) {
    let (groups, zeros) = (groups, SIMD8<Int32>(repeating: 0))
    let stride = groups &* Self.blockBytes
    var (output, weight) = (0, weights)
    while output &+ Self.blocksAtATime &* Self.lanesPerBlock <= outputs {
      let (w1, w2, w3) = (weight + stride, weight + 2 &* stride, weight + 3 &* stride)
      var (a, b, c, d) = (zeros, zeros, zeros, zeros)
      for group in 0..<groups {
        let (inputs, offset) = (Self.load(input, group), group &* Self.blockBytes)
        a = addDot(a, weight + offset, inputs)
        b = addDot(b, w1 + offset, inputs)
        c = addDot(c, w2 + offset, inputs)
        d = addDot(d, w3 + offset, inputs)
      }
      hand(a, output, count: Self.lanesPerBlock, lanes, single)
      hand(b, output &+ 8, count: Self.lanesPerBlock, lanes, single)
      hand(c, output &+ 16, count: Self.lanesPerBlock, lanes, single)
      hand(d, output &+ 24, count: Self.lanesPerBlock, lanes, single)
      weight += Self.blocksAtATime &* stride
      output &+= Self.blocksAtATime &* Self.lanesPerBlock
    }
    while output < outputs {
      var sums = zeros
      for group in 0..<groups {
        sums = addDot(sums, weight + group &* Self.blockBytes, Self.load(input, group))
      }
      hand(
        sums, output, count: min(Self.lanesPerBlock, outputs &- output), lanes, single)
      weight += stride
      output &+= Self.lanesPerBlock
    }
  }

  /// The four inputs of a group.
  @inline(__always)
  private static func load(_ input: UnsafePointer<Int8>, _ group: Int) -> Int32 {
    UnsafeRawPointer(input).loadUnaligned(fromByteOffset: group &* groupInputs, as: Int32.self)
  }

  /// Hands over the first `count` sums of a block, one by one where that is not all of it or floats
  /// have no lanes.
  @inline(__always)
  private func hand(
    _ sums: SIMD8<Int32>, _ output: Int, count: Int, _ lanes: LanesSink, _ single: SingleSink
  ) {
    if Lanes.areExact, count == Self.lanesPerBlock {
      lanes(output, sums)
    } else {
      for lane in 0..<count { single(output &+ lane, sums[lane]) }
    }
  }

  /// For CPUs without vectors, where lanes would be taken apart and put together one by one.
  @inline(__always)
  func oneByOne(_ input: UnsafePointer<Int8>, single: SingleSink) {
    let (groups, values) = (groups, weights.assumingMemoryBound(to: Int8.self))
    for output in 0..<outputs {
      let (block, lane) = (output / Self.lanesPerBlock, output % Self.lanesPerBlock)
      var row = values + (block &* groups &* Self.blockBytes &+ lane &* Self.groupInputs)
      var sum: Int32 = 0
      for group in 0..<groups {
        let inputs = input + group &* Self.groupInputs
        for place in 0..<Self.groupInputs {
          sum = sum &+ Int32(row[place]) &* Int32(inputs[place])
        }
        row += Self.blockBytes
      }
      single(output, sum)
    }
  }
}
