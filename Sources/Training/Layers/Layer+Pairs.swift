extension Layer {
  /// Adds the outputs of the pairs, without the bias.
  func forward(
    _ pairs: RowPairs, _ geometry: RowGeometry, _ input: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, _ pairing: Pairing
  ) {
    forEachPart(of: pairs, geometry, pairing) { part in
      part.transformInput(input)
      for product in 0..<pairing.filter.products {
        multiplyAdd(
          rows: part.count, columns: shape.paddedOutputs, depth: shape.paddedInputs,
          from: .zero, LeftOperand(part.input(product)),
          matrix(tap: pairing.filter.place(ofProduct: product)), into: part.output(product))
      }
      part.transformOutput(into: output)
    }
  }

  /// Adds what the pairs contribute to the gradients of weights and input.
  func backward(
    _ pairs: RowPairs, _ geometry: RowGeometry, _ input: UnsafePointer<Float>,
    _ dOutput: UnsafePointer<Float>, into dInput: UnsafeMutablePointer<Float>,
    _ pairing: Pairing
  ) {
    forEachPart(of: pairs, geometry, pairing) { part in
      part.transformInput(input)
      part.transformOutputGradient(dOutput)
      for product in 0..<pairing.filter.products {
        let place = pairing.filter.place(ofProduct: product)
        let (v, dM) = (part.input(product), part.output(product))
        multiplyAdd(
          rows: shape.paddedInputs, columns: shape.paddedOutputs, depth: part.count,
          LeftOperand(transposed: v), dM, into: gradientMatrix(tap: place))
        // Nobody needs V any more: its gradient takes its place.
        multiplyAdd(
          rows: part.count, columns: shape.paddedInputs, depth: shape.paddedOutputs,
          from: .zero, LeftOperand(dM), transposedMatrix(tap: place), into: v)
      }
      part.transformInputGradient(into: dInput)
    }
  }

  /// So many pairs at a time that what is made of them stays in the second level of the cache.
  private func forEachPart(
    of pairs: RowPairs, _ geometry: RowGeometry, _ pairing: Pairing, _ body: (PairPart) -> Void
  ) {
    let (inputs, outputs) = (shape.paddedInputs, shape.paddedOutputs)
    let products = pairing.filter.products
    let limit = max(6, 65536 / (products * (inputs + outputs)) / 6 * 6)
    let most = products * min(limit, pairs.count)
    let v = pairing.scratch.inputs.reserve(most * inputs)
    let m = pairing.scratch.outputs.reserve(most * outputs)
    for first in stride(from: 0, to: pairs.count, by: limit) {
      body(
        PairPart(
          pairs: pairs, range: first..<min(first + limit, pairs.count), filter: pairing.filter,
          firstOffset: geometry.firstOffset, inputs: inputs, outputs: outputs, v: v, m: m))
    }
  }
}

/// Some of a layer's pairs on their way through the transformed domain.
private struct PairPart {
  let pairs: RowPairs
  let range: Range<Int>
  let filter: MinimalFilter
  let firstOffset: Int
  /// Padded.
  let inputs: Int
  /// Padded.
  let outputs: Int
  let v: UnsafeMutablePointer<Float>  // (products, count, inputs)
  let m: UnsafeMutablePointer<Float>  // (products, count, outputs)

  var count: Int { range.count }

  func input(_ product: Int) -> Matrix { Matrix(v + product * count * inputs, columns: inputs) }

  func output(_ product: Int) -> Matrix { Matrix(m + product * count * outputs, columns: outputs) }

  func transformInput(_ input: UnsafePointer<Float>) {
    pairs.forEachRun(range) { pair, row, length in
      filter.input(
        input + (row + firstOffset) * inputs, step: pairs.step * inputs, count: length * inputs,
        into: v + pair * inputs, stride: count * inputs)
    }
  }

  func transformInputGradient(into dInput: UnsafeMutablePointer<Float>) {
    pairs.forEachRun(range) { pair, row, length in
      filter.inputGradient(
        v + pair * inputs, stride: count * inputs, count: length * inputs,
        into: dInput + (row + firstOffset) * inputs, step: pairs.step * inputs)
    }
  }

  func transformOutput(into output: UnsafeMutablePointer<Float>) {
    pairs.forEachRun(range) { pair, row, length in
      filter.output(
        m + pair * outputs, stride: count * outputs, count: length * outputs,
        into: output + row * outputs, step: pairs.step * outputs)
    }
  }

  func transformOutputGradient(_ dOutput: UnsafePointer<Float>) {
    pairs.forEachRun(range) { pair, row, length in
      filter.outputGradient(
        dOutput + row * outputs, step: pairs.step * outputs, count: length * outputs,
        into: m + pair * outputs, stride: count * outputs)
    }
  }
}
