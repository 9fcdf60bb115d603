extension ModelDescription {
  /// What has to hold before the weights can be laid out.
  func checkWeights() throws(ModelFormatError) {
    guard weights.count == architecture.parameterCount else {
      throw .weightCount(found: weights.count, needed: architecture.parameterCount)
    }
    guard let quantization else { return }
    var scaleCount = 0
    for index in 0..<architecture.tensorCount {
      scaleCount += IntegerLayout(architecture.tensor(at: index))?.scaleCount ?? 0
    }
    guard quantization.scales.count == scaleCount else {
      throw .scaleCount(found: quantization.scales.count, needed: scaleCount)
    }
    let steps = quantization.inputSteps.count
    guard steps == architecture.quantizedInputCount else {
      throw .scaleCount(found: steps, needed: architecture.quantizedInputCount)
    }
  }

  func appendWeights(to blob: inout [UInt8]) throws(ModelFormatError) {
    var (start, firstScale) = (0, 0)
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      if let quantization, let layout = IntegerLayout(shape) {
        let scales = quantization.scales[firstScale..<(firstScale + layout.scaleCount)]
        try appendIntegers(from: start, layout, scales, to: &blob)
        Self.append(scales, to: &blob)
        firstScale += layout.scaleCount
      } else {
        Self.append(weights[start..<(start + shape.count)], to: &blob)
      }
      start += shape.count
    }
    if let quantization { Self.append(quantization.inputSteps[...], to: &blob) }
  }

  /// A weight is stored only where it comes back as it is.
  private func appendIntegers(
    from start: Int, _ layout: IntegerLayout, _ scales: ArraySlice<Float>, to blob: inout [UInt8]
  ) throws(ModelFormatError) {
    let first = blob.count
    blob.append(contentsOf: repeatElement(0, count: layout.byteCount))
    for input in 0..<layout.inputs {
      for output in 0..<layout.outputs {
        let index = start + input * layout.outputs + output
        let scale = scales[scales.startIndex + layout.scaleIndex(input: input, output: output)]
        let integer = Quantization.integer(weights[index], scale: scale)
        guard Float(integer) * scale == weights[index] else {
          throw .unquantizedWeight(index: index)
        }
        blob[first + layout.offset(input: input, output: output)] = UInt8(bitPattern: integer)
      }
    }
    blob.pad(toMultipleOf: BlobLayout.alignment)
  }

  private static func append(_ floats: ArraySlice<Float>, to blob: inout [UInt8]) {
    for float in floats { blob.append(littleEndian: float.bitPattern) }
    blob.pad(toMultipleOf: BlobLayout.alignment)
  }
}

extension ModelDescription {
  /// All weights of a model as the numbers that they stand for, row-major.
  static func weights(of model: Model) -> [Float] {
    var weights: [Float] = []
    weights.reserveCapacity(model.architecture.parameterCount)
    for index in 0..<model.architecture.tensorCount {
      let shape = model.architecture.tensor(at: index)
      if model.precision == .int8, let layout = IntegerLayout(shape) {
        let (integers, scales) = (model.integers(at: index), model.scales(at: index))
        for input in 0..<layout.inputs {
          for output in 0..<layout.outputs {
            let integer = Float(integers[layout.offset(input: input, output: output)])
            weights.append(integer * scales[layout.scaleIndex(input: input, output: output)])
          }
        }
      } else {
        weights.append(
          contentsOf: UnsafeBufferPointer(start: model.weights(at: index), count: shape.count))
      }
    }
    return weights
  }

  static func quantization(of model: Model) -> Quantization? {
    guard model.precision == .int8 else { return nil }
    var scales: [Float] = []
    for index in 0..<model.architecture.tensorCount {
      guard let layout = IntegerLayout(model.architecture.tensor(at: index)) else { continue }
      scales.append(
        contentsOf: UnsafeBufferPointer(start: model.scales(at: index), count: layout.scaleCount))
    }
    let steps = UnsafeBufferPointer(
      start: model.inputSteps, count: model.architecture.quantizedInputCount)
    return Quantization(scales: scales, inputSteps: Array(steps))
  }
}
