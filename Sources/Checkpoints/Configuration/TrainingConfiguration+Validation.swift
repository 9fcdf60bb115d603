import ModelFormat

extension TrainingConfiguration {
  /// Checks every value.
  ///
  /// - Throws: `.setting` for the first that is out of its range, `.architecture` where the network
  ///   is one that no detector may have.
  public func validate() throws(TrainingError) {
    try check("epochs", epochs, 1...100_000)
    try check("batch-tokens", batchTokens, 1...1 << 24)
    try check("segment-length", segmentLength, 1...batchTokens)
    // Layers and the optimizer compute in Float.
    let (rate, decay) = (Float(learningRate), Float(weightDecay))
    try check("learning-rate", learningRate, rate > 0 && rate.isFinite, "above 0 as float32")
    try check("warmup", warmup, (0...1).contains(warmup), "0...1")
    try check("weight-decay", weightDecay, decay >= 0 && decay.isFinite, "0 or more as float32")
    try check("dropout", dropout, (0..<1).contains(Float(dropout)), "0..<1 as float32")
    try check("unknown-rate", unknownRate, (0..<1).contains(unknownRate), "0..<1")
    try check("clip-norm", clipNorm, clipNorm > 0, "above 0")
    try check("held-out", heldOut, (0...0.5).contains(heldOut), "0...0.5")
    try check("patience", patience, 0...100_000)
    try check("min-count", minimumCount, 1...Int(Int32.max))
    do {
      _ = try architecture(vocabularySize: 2)
    } catch { throw .architecture(error) }
  }

  private func check(
    _ key: String, _ value: Int, _ allowed: ClosedRange<Int>
  ) throws(TrainingError) {
    guard allowed.contains(value) else {
      throw .setting(
        key: key, value: "\(value)", allowed: "\(allowed.lowerBound)...\(allowed.upperBound)")
    }
  }

  private func check(
    _ key: String, _ value: Double, _ isAllowed: Bool, _ allowed: String
  ) throws(TrainingError) {
    guard value.isFinite, isAllowed else {
      throw .setting(key: key, value: "\(value)", allowed: allowed)
    }
  }
}
