/// Adds `input` times `weights` to `output`, four inputs at a time (`docs/scoring.md`).
///
/// The inner loop runs over outputs, so a compiler vectorises it without changing any sum.
///
/// - Parameters:
///   - output: (O), accumulated.
///   - input: (I)
///   - weights: (I, O)
@inline(never)
func addProduct(
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

/// Replaces negative values by 0.
@inline(never)
func rectify(_ values: UnsafeMutablePointer<Float>, count: Int) {
  for i in 0..<count { values[i] = values[i] > 0 ? values[i] : 0 }
}

/// Copies `source` (count) to `target`, in one call: from `update(from:count:)` Embedded Swift makes a
/// call for every number.
@inline(__always)
func copy(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: 4 * count)
}
