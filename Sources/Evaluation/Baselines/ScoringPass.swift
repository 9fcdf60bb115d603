import ModelFormat

/// What a detector said to all events of a data set.
public struct ScoringPass: Sendable {
  /// One an event, in the data set's order.
  public let surprises: [Surprise]
  /// How long it took.
  public let seconds: Double

  /// - Parameter score: says the surprises.
  /// - Throws: what `score` throws.
  public init(_ score: () throws -> [Surprise]) rethrows {
    let start = ContinuousClock.now
    surprises = try score()
    seconds = (ContinuousClock.now - start) / .seconds(1)
  }
}
