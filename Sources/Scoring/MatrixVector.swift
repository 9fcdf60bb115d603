/// `start` plus `input` times `weights`, four inputs at a time (`docs/scoring.md`).
///
/// - Parameters:
///   - start: (O); may be `output` itself.
///   - input: (I)
///   - weights: (I, O)
///   - output: (O); no part of `input` or `weights`.
@inline(never)
func addProduct(
  to start: UnsafePointer<Float>, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
  inputs: Int, outputs: Int, into output: UnsafeMutablePointer<Float>
) {
  var done = 0
  #if arch(x86_64) || arch(arm64)
    if outputs >= Lanes.scalarCount, inputs >= Lanes.scalarCount {
      done = inputs & ~7
      // The last lanes overlap those before where the outputs do not fill them; from the same
      // numbers both make the same bits.
      let last = outputs &- Lanes.scalarCount
      let isWhole = outputs % Lanes.scalarCount == 0
      let tail =
        isWhole
        ? Lanes() : sum(start + last, input, weights + last, inputs: done, stride: outputs)
      addLanes(to: start, input, weights, inputs: done, outputs: outputs, into: output)
      if !isWhole { tail.store(to: output + last) }
    }
  #endif
  if done == 0, start != UnsafePointer(output) { copy(start, to: output, count: outputs) }
  if done < inputs {
    addRows(
      to: output, input + done, weights + done &* outputs, inputs: inputs &- done, outputs: outputs)
  }
}

/// The definition, in the order in which the weights lie in memory.
private func addRows(
  to output: UnsafeMutablePointer<Float>, _ input: UnsafePointer<Float>,
  _ weights: UnsafePointer<Float>, inputs: Int, outputs: Int
) {
  var i = 0
  var row = weights
  while i &+ 4 <= inputs {
    let (x0, x1, x2, x3) = (input[i], input[i &+ 1], input[i &+ 2], input[i &+ 3])
    let (w0, w1) = (row, row + outputs)
    let (w2, w3) = (w1 + outputs, w1 + outputs &* 2)
    for o in 0..<outputs {
      output[o] = output[o] + ((x0 * w0[o] + x1 * w1[o]) + (x2 * w2[o] + x3 * w3[o]))
    }
    row = w3 + outputs
    i &+= 4
  }
  while i < inputs {
    let x = input[i]
    for o in 0..<outputs { output[o] = output[o] + x * row[o] }
    row += outputs
    i &+= 1
  }
}

#if arch(x86_64) || arch(arm64)
  /// Four inputs, each in all lanes.
  private struct InputQuad {
    private let x0, x1, x2, x3: Lanes

    @inline(__always)
    init(_ input: UnsafePointer<Float>) {
      (x0, x1) = (Lanes(repeating: input[0]), Lanes(repeating: input[1]))
      (x2, x3) = (Lanes(repeating: input[2]), Lanes(repeating: input[3]))
    }

    /// What they add to the outputs whose weights begin at `weights`.
    @inline(__always)
    func times(_ weights: UnsafePointer<Float>, stride: Int) -> Lanes {
      (x0 * Lanes(at: weights) + x1 * Lanes(at: weights + stride))
        + (x2 * Lanes(at: weights + 2 &* stride) + x3 * Lanes(at: weights + 3 &* stride))
    }
  }

  /// The same for a multiple of eight inputs and all whole lanes of the outputs.
  ///
  /// Two groups of four inputs in one pass over the outputs, so that each output is loaded and stored
  /// half as often, and the weights are read once from beginning to end, as caches like it.
  @inline(__always)
  private func addLanes(
    to start: UnsafePointer<Float>, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    inputs: Int, outputs: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let end = outputs &- Lanes.scalarCount
    var (before, row) = (start, weights)
    var i = 0
    while i < inputs {
      let (first, second) = (InputQuad(input + i), InputQuad(input + i + 4))
      let below = row + 4 &* outputs
      var o = 0
      while o <= end {
        let sum = Lanes(at: before + o) + first.times(row + o, stride: outputs)
        (sum + second.times(below + o, stride: outputs)).store(to: output + o)
        o &+= Lanes.scalarCount
      }
      before = UnsafePointer(output)
      row = below + 4 &* outputs
      i &+= 8
    }
  }

  /// The sums of eight outputs side by side.
  private func sum(
    _ start: UnsafePointer<Float>, _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
    inputs: Int, stride: Int
  ) -> Lanes {
    var sum = Lanes(at: start)
    var row = weights
    var i = 0
    while i < inputs {
      sum = sum + InputQuad(input + i).times(row, stride: stride)
      row += 4 &* stride
      i &+= 4
    }
    return sum
  }
#endif
