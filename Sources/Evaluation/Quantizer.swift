import ModelFormat

/// Rounds a network's weights to whole multiples of a scale, -127 to 127 of them.
enum Quantizer {
  /// The network in int8: one scale an output, or one a row of an embedding, so that the largest of
  /// its weights is the 127th multiple.
  ///
  /// - Parameter inputSteps: the steps of its activations.
  static func quantize(_ network: ModelDescription, inputSteps: [Float]) -> ModelDescription {
    var quantized = network
    var scales: [Float] = []
    var start = 0
    for index in 0..<network.architecture.tensorCount {
      let shape = network.architecture.tensor(at: index)
      if let layout = IntegerLayout(shape) {
        scales += round(&quantized.weights, from: start, layout)
      }
      start += shape.count
    }
    quantized.quantization = Quantization(scales: scales, inputSteps: inputSteps)
    return quantized
  }

  private static func round(
    _ weights: inout [Float], from start: Int, _ layout: IntegerLayout
  ) -> [Float] {
    var largest = [Float](repeating: 0, count: layout.scaleCount)
    forEachWeight(of: layout) { offset, scale in
      largest[scale] = max(largest[scale], weights[start + offset].magnitude)
    }
    let scales = largest.map(scale(for:))
    // What is not a number stays so, and is refused with the blob.
    forEachWeight(of: layout) { offset, scale in
      guard weights[start + offset].isFinite else { return }
      let integer = Quantization.integer(weights[start + offset], scale: scales[scale])
      weights[start + offset] = Float(integer) * scales[scale]
    }
    return scales
  }

  private static func forEachWeight(
    of layout: IntegerLayout, _ body: (_ offset: Int, _ scale: Int) -> Void
  ) {
    for input in 0..<layout.inputs {
      for output in 0..<layout.outputs {
        body(
          input * layout.outputs + output, layout.scaleIndex(input: input, output: output))
      }
    }
  }

  /// A 127th of `magnitude`, but not below the smallest scale.
  static func scale(for magnitude: Float) -> Float {
    max(magnitude / 127, IntegerLayout.scales.lowerBound)
  }
}
