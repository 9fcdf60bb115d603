/// How a layer computes rows in pairs.
struct Pairing {
  let filter: MinimalFilter
  let scratch: Scratch

  /// Buffers that the layers of a network share.
  struct Scratch {
    let inputs = FloatBuffer()
    let outputs = FloatBuffer()
  }

  init(_ filter: MinimalFilter, _ scratch: Scratch) {
    self.filter = filter
    self.scratch = scratch
  }

  /// - Returns: nil where it takes longer than row by row: below 32 channels a product is so short
  ///   that the sums before and after it cost what it saves.
  init?(_ shape: LayerShape, _ scratch: Scratch) {
    guard min(shape.paddedInputs, shape.paddedOutputs) >= 32,
      let filter = MinimalFilter(taps: shape.taps)
    else { return nil }
    self.init(filter, scratch)
  }
}
