import ModelFormat

/// A product of an int8 network, its weights in place: it quantizes its input, adds in 32 bits and
/// gives floats again (`docs/scoring.md`).
struct IntegerLayer {
  private let weights: UnsafeRawPointer
  private let scales, bias, step: UnsafePointer<Float>
  let inputs, outputs: Int

  /// The layer whose weight and bias are tensors `tensor` and `tensor + 1`, and whose input is the
  /// `input`-th that is quantized.
  @_optimize(size)
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
    IntegerProduct.run(
      weights, input, groups: storedInputs / IntegerLayout.groupInputs,
      blocks: IntegerScratch.roundUp(outputs, to: IntegerLayout.blockOutputs)
        / IntegerLayout.blockOutputs,
      scratch)
    let (step, sums) = (step.pointee, scratch.sums)
    for o in 0..<outputs { output[o] = bias[o] + Float(sums[o]) * (scales[o] * step) }
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
