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
  var storedInputs: Int { Self.roundUp(inputs, to: IntegerLayout.groupInputs) }

  /// How many 32-bit sums a product of `outputs` needs room for.
  static func sumCount(outputs: Int) -> Int { roundUp(outputs, to: IntegerLayout.blockOutputs) }

  static func roundUp(_ count: Int, to multiple: Int) -> Int {
    (count + multiple - 1) / multiple * multiple
  }

  /// Rounds `count` values to multiples of the input's step, -127...127 of them.
  ///
  /// Both comparisons are false for what is not a number, which so becomes 127 on every CPU.
  @inline(__always)
  func quantize(
    _ values: UnsafePointer<Float>, count: Int, into integers: UnsafeMutablePointer<Int8>
  ) {
    let inverse = 1 / step.pointee
    forEach(of: count) {
      let units = (Lanes(at: values + $0) * inverse).limited(above: 127).limited(below: -127)
      UnsafeMutableRawPointer(integers + $0)
        .storeBytes(of: (units + ExactMath.roundingBias).lastBytes, as: SIMD8<Int8>.self)
    } single: {
      var units = values[$0] * inverse
      units = units < 127 ? units : 127
      units = units > -127 ? units : -127
      // The bias has zeros in its last eight bits, so that they are the rounded number.
      integers[$0] = Int8(truncatingIfNeeded: (units + ExactMath.roundingBias).bitPattern)
    }
  }

  /// output (O) = bias + scales * step * weights * input.
  ///
  /// - Parameters:
  ///   - input: (`storedInputs`); those beyond I may be anything.
  ///   - isPositive: there are no negative numbers in `input`.
  ///   - sums: scratch of `sumCount`.
  @inline(__always)
  func apply(
    _ input: UnsafePointer<Int8>, isPositive: Bool, into output: UnsafeMutablePointer<Float>,
    sums: UnsafeMutablePointer<Int32>
  ) {
    IntegerProduct.run(
      weights, input, groups: storedInputs / IntegerLayout.groupInputs,
      blocks: Self.sumCount(outputs: outputs) / IntegerLayout.blockOutputs,
      isPositive: isPositive, into: sums)
    let step = step.pointee
    forEach(of: outputs) {
      let scale = Lanes(at: scales + $0) * step
      (Lanes(at: bias + $0) + Lanes(at: sums + $0) * scale).store(to: output + $0)
    } single: {
      output[$0] = bias[$0] + Float(sums[$0]) * (scales[$0] * step)
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
