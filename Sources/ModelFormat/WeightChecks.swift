/// Checks every number of the weights, in the order in which they are stored.
struct WeightChecks {
  private let bytes: BlobBytes
  private var offset: Int

  static func run(_ bytes: BlobBytes, _ header: BlobHeader) throws(ModelFormatError) {
    var checks = WeightChecks(bytes: bytes, offset: header.weights.lowerBound)
    for index in 0..<header.architecture.tensorCount {
      let shape = header.architecture.tensor(at: index)
      if header.precision == .int8, let layout = IntegerLayout(shape) {
        try checks.integers(layout)
        try checks.scales(layout.scaleCount)
      } else {
        try checks.floats(shape.count)
      }
    }
    if header.precision == .int8 { try checks.scales(header.architecture.quantizedInputCount) }
  }

  private mutating func floats(_ count: Int) throws(ModelFormatError) {
    for index in 0..<count {
      let place = offset + 4 * index
      guard bytes.f32(at: place).isFinite else { throw .nonFiniteWeight(atOffset: place) }
    }
    try pass(4 * count)
  }

  private mutating func scales(_ count: Int) throws(ModelFormatError) {
    for index in 0..<count {
      let place = offset + 4 * index
      guard IntegerLayout.scales.contains(bytes.f32(at: place)) else {
        throw .scale(atOffset: place)
      }
    }
    try pass(4 * count)
  }

  private mutating func integers(_ layout: IntegerLayout) throws(ModelFormatError) {
    for place in offset..<(offset + layout.byteCount) where bytes.u8(at: place) == 0x80 {
      throw .integerWeight(atOffset: place)
    }
    if layout.isBlocked { try surplus(layout) }
    try pass(layout.byteCount)
  }

  /// What completes the last block and the last group is zero.
  private func surplus(_ layout: IntegerLayout) throws(ModelFormatError) {
    let inputs = BlobLayout.roundUp(layout.inputs, to: IntegerLayout.groupInputs)
    let outputs = BlobLayout.roundUp(layout.outputs, to: IntegerLayout.blockOutputs)
    for output in 0..<outputs {
      for input in (output < layout.outputs ? layout.inputs : 0)..<inputs {
        let place = offset + layout.offset(input: input, output: output)
        try bytes.checkZeros(place..<(place + 1))
      }
    }
  }

  private mutating func pass(_ length: Int) throws(ModelFormatError) {
    let end = offset + length
    offset = BlobLayout.roundUp(end, to: BlobLayout.alignment)
    try bytes.checkZeros(end..<offset)
  }
}
