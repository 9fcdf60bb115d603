import ModelFormat
import Scoring

extension LoadedModel {
  /// Scores the golden events as a player does at boot.
  ///
  /// - Throws: the first one that comes out differently.
  public func runGoldenEvents() throws(GoldenMismatch) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Scorer.byteCount(for: model, threads: 2), alignment: 64)
    defer { memory.deallocate() }
    var scorer = Scorer(model: model, memory: memory, threads: 2)
    try scorer.runGoldenEvents()
  }
}
