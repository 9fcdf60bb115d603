/// Where the embedding lies among the parameters.
struct EmbeddingPlace {
  let vocabularySize: Int
  let channels: Int
  private let offset: Int
  private let stateStride: Int
  private let channelStride: Int

  /// A tensor (V, C).
  init(_ embedding: PlacedTensor) {
    vocabularySize = embedding.shape.dimensions.0
    channels = embedding.shape.dimensions.1
    offset = embedding.offset
    (stateStride, channelStride) = (channels, 1)
  }

  /// The head's weights (C, V).
  init(tiedTo head: PlacedTensor) {
    channels = head.shape.dimensions.0
    vocabularySize = head.shape.dimensions.1
    offset = head.offset
    (stateStride, channelStride) = (1, vocabularySize)
  }

  /// (V, C)
  func rows(in parameters: UnsafePointer<Float>) -> LeftOperand {
    LeftOperand(parameters + offset, rowStride: stateStride, depthStride: channelStride)
  }

  /// (C, V)
  func columns(in parameters: UnsafePointer<Float>) -> LeftOperand {
    LeftOperand(parameters + offset, rowStride: channelStride, depthStride: stateStride)
  }

  /// Adds rows (V, padded C) to the embedding's place in a flat gradient.
  func add(_ rows: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>) {
    for state in 0..<vocabularySize {
      let row = rows + state * padded(channels)
      let target = gradient + (offset + state * stateStride)
      for channel in 0..<channels { target[channel * channelStride] += row[channel] }
    }
  }
}
