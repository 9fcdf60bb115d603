import ModelFormat

extension Model {
  /// ln V: the surprise of a uniform guess.
  public var uniformSurprise: Surprise {
    Surprise(nats: ExactMath.log(Float(architecture.vocabularySize)))
  }

  /// A threshold over ln V, in millionths.
  public func ratioToUniform(_ threshold: Surprise) -> UInt64 {
    UInt64(threshold.units) * 1_000_000 / UInt64(uniformSurprise.units)
  }

  /// Whether a network that knows nothing would still be under the channel's threshold, so that the
  /// channel fires only where the network is sure of something else.
  public func isBlind(_ channel: DetectionChannel) -> Bool {
    channel.threshold > uniformSurprise
  }
}
