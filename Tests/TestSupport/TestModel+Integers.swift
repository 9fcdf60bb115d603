import ModelFormat

extension ModelDescription {
  /// The same network in int8: every scale is a 127th of the largest weight that it is for.
  ///
  /// - Parameter largestInput: of every activation; what is larger is limited to it.
  public func inIntegers(largestInput: Float = 4) -> ModelDescription {
    var quantized = self
    var scales: [Float] = []
    var start = 0
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      defer { start += shape.count }
      guard let layout = IntegerLayout(shape) else { continue }
      let owners = (0..<shape.count).map {
        layout.scaleIndex(input: $0 / layout.outputs, output: $0 % layout.outputs)
      }
      var largest = [Float](repeating: 0, count: layout.scaleCount)
      for (place, owner) in owners.enumerated() {
        largest[owner] = max(largest[owner], abs(weights[start + place]))
      }
      let own = largest.map { $0 == 0 ? 1 : $0 / 127 }
      for (place, owner) in owners.enumerated() {
        let integer = (weights[start + place] / own[owner]).rounded(.toNearestOrEven)
        quantized.weights[start + place] = min(max(integer, -127), 127) * own[owner]
      }
      scales += own
    }
    quantized.quantization = Quantization(
      scales: scales,
      inputSteps: Array(repeating: largestInput / 127, count: architecture.quantizedInputCount))
    return quantized
  }
}

extension TestModel {
  /// The same network in int8, with golden events of that arithmetic.
  public func inIntegers(largestInput: Float = 4) -> TestModel {
    TestModel(description.inIntegers(largestInput: largestInput)).withOwnGoldenEvents()
  }
}
