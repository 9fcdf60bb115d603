import ModelFormat

/// A product of an int8 network, its weights in place: it quantizes its input, adds in 32 bits and
/// gives floats again (`docs/scoring.md`).
struct IntegerLayer {
  private let weights: UnsafeRawPointer
  private let scales, bias, step: UnsafePointer<Float>
  let inputs, outputs: Int

  /// The layer whose weight and bias are tensors `tensor` and `tensor + 1`, and whose input is the
  /// `input`-th that is quantized.
  init(_ model: Model, tensor: Int, input: Int) {
    guard let layout = IntegerLayout(model.architecture.tensor(at: tensor)) else {
      preconditionFailure("a layer has a matrix or a kernel")
    }
    inputs = layout.inputs
    outputs = layout.outputs
    weights = UnsafeRawPointer(model.integers(at: tensor))
    scales = model.scales(at: tensor)
    bias = model.weights(at: tensor + 1)
    step = model.inputSteps + input
  }

  /// A layer of the same shape whose tensors lie `offset` bytes further on, and its step `steps`.
  init(_ first: IntegerLayer, movedBy offset: Int, steps: Int) {
    inputs = first.inputs
    outputs = first.outputs
    weights = first.weights + offset
    scales = first.scales + offset / 4
    bias = first.bias + offset / 4
    step = first.step + steps
  }

  /// Inputs with those that complete the last group.
  var storedInputs: Int { IntegerScratch.roundUp(inputs, to: IntegerLayout.groupInputs) }

  /// Rounds `count` values to multiples of the input's step, -127...127 of them.
  ///
  /// Both comparisons are false for what is not a number, which so becomes 127 on every CPU.
  func quantize(
    _ values: UnsafePointer<Float>, count: Int, into integers: UnsafeMutablePointer<Int8>
  ) {
    let inverse = 1 / step.pointee
    for index in 0..<count {
      var units = values[index] * inverse
      units = units < 127 ? units : 127
      units = units > -127 ? units : -127
      // The bias has zeros in its last eight bits, so that they are the rounded number.
      integers[index] = Int8(truncatingIfNeeded: (units + ExactMath.roundingBias).bitPattern)
    }
  }

  /// output (O) = bias + scales * step * weights * input.
  ///
  /// - Parameter input: (`storedInputs`); those beyond I may be anything.
  func apply(
    _ input: UnsafePointer<Int8>, into output: UnsafeMutablePointer<Float>,
    _ scratch: IntegerScratch
  ) {
    scratch.widen(input, count: storedInputs)
    multiply(scratch)
    let (step, sums) = (step.pointee, scratch.sums)
    for o in 0..<outputs { output[o] = bias[o] + Float(sums[o]) * (scales[o] * step) }
  }

  /// Eight outputs at a time, in lanes of 32 bits; in each, four inputs.
  ///
  /// A half of a lane holds two weights: one shift makes the upper of them a number of 16 bits, two
  /// the lower. The sum of two products of 8 bits fits 16 (2 * 127 * 127 = 32,258), so that only
  /// every second addition needs 32.
  private func multiply(_ scratch: IntegerScratch) {
    let groups = storedInputs / IntegerLayout.groupInputs
    let groupBytes = IntegerLayout.blockOutputs * IntegerLayout.groupInputs
    var weight = weights
    var o = 0
    while o < outputs {
      var (lower, upper) = (SIMD8<Int32>(repeating: 0), SIMD8<Int32>(repeating: 0))
      for group in 0..<groups {
        let pairs = weight.loadUnaligned(as: SIMD16<Int16>.self)
        let even = SIMD8<Int32>(repeating: scratch.evens[group])
        let odd = SIMD8<Int32>(repeating: scratch.odds[group])
        let products =
          ((pairs &<< 8) &>> 8) &* unsafeBitCast(even, to: SIMD16<Int16>.self)
          &+ (pairs &>> 8) &* unsafeBitCast(odd, to: SIMD16<Int16>.self)
        let sums = unsafeBitCast(products, to: SIMD8<Int32>.self)
        lower = lower &+ ((sums &<< 16) &>> 16)
        upper = upper &+ (sums &>> 16)
        weight += groupBytes
      }
      UnsafeMutableRawPointer(scratch.sums + o)
        .storeBytes(of: lower &+ upper, as: SIMD8<Int32>.self)
      o += IntegerLayout.blockOutputs
    }
  }

  /// The weights of one output as floats (I): of a tied head, the embedding of a state.
  func lookUp(_ output: Int, into values: UnsafeMutablePointer<Float>) {
    let groupBytes = IntegerLayout.blockOutputs * IntegerLayout.groupInputs
    let block = output / IntegerLayout.blockOutputs
    let lane = output % IntegerLayout.blockOutputs
    let first =
      weights + block * IntegerLayout.blockOutputs * storedInputs
      + lane * IntegerLayout.groupInputs
    let scale = scales[output]
    for i in 0..<inputs {
      let place = i / IntegerLayout.groupInputs * groupBytes + i % IntegerLayout.groupInputs
      values[i] = Float(first.load(fromByteOffset: place, as: Int8.self)) * scale
    }
  }
}
