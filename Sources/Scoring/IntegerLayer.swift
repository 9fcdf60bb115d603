import CDotProduct
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
  var storedInputs: Int {
    (inputs + IntegerLayout.groupInputs - 1) / IntegerLayout.groupInputs * IntegerLayout.groupInputs
  }

  /// What makes this layer's input of floats.
  @inline(__always)
  var quantize: Quantizer { Quantizer(step: step.pointee) }

  /// y (O) = bias + scales * step * weights * input, handed over eight at a time or one by one.
  ///
  /// - Parameters:
  ///   - input: (`storedInputs`); those beyond I may be anything.
  ///   - isPositive: there are no negative numbers in `input`.
  @inline(__always)
  func apply(
    _ input: UnsafePointer<Int8>, isPositive: Bool, lanes: (_ output: Int, _ y: Lanes) -> Void,
    single: (_ output: Int, _ y: Float) -> Void
  ) {
    let (bias, scales, step) = (bias, scales, step.pointee)
    IntegerProduct(weights: weights, inputs: inputs, outputs: outputs)
      .run(input, isPositive: isPositive) { o, sums in
        lanes(o, Lanes(at: bias + o) + Lanes(sums) * (Lanes(at: scales + o) * step))
      } single: { o, sum in
        single(o, bias[o] + Float(sum) * (scales[o] * step))
      }
  }

  /// The same, written to `output` (O). Not inlined, like the next: each is a page of code.
  @inline(never)
  func apply(
    _ input: UnsafePointer<Int8>, isPositive: Bool, into output: UnsafeMutablePointer<Float>
  ) {
    apply(input, isPositive: isPositive) { o, y in
      y.store(to: output + o)
    } single: { o, y in
      output[o] = y
    }
  }

  /// The same past ReLU, as the integers (O) that the next layer multiplies.
  @inline(never)
  func applyRectified(
    _ input: UnsafePointer<Int8>, isPositive: Bool, _ quantize: Quantizer,
    into integers: UnsafeMutablePointer<Int8>
  ) {
    apply(input, isPositive: isPositive) { o, y in
      quantize(y.limited(below: 0)).store(to: integers + o)
    } single: { o, y in
      integers[o] = quantize(y > 0 ? y : 0)
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
