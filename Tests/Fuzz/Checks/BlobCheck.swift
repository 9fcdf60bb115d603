import KernelTrace
import ModelFormat
import Scoring

/// Any bytes give a model or an error; a model gives the same bytes again and can be scored with.
enum BlobCheck {
  /// - Returns: whether the bytes are a blob, as they are or repaired.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(Violation) -> Bool {
    if try read(Array(bytes)) { return true }
    guard let repaired = repaired(bytes) else { return false }
    return try read(repaired)
  }

  /// The bytes with the weights, the length and the digest that they should have, without which
  /// nothing behind them would ever be reached; weights that are missing are 0.
  private static func repaired(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    guard bytes.count > 32 else { return nil }
    var blob = Array(bytes)
    let length = 128 + Int(number(blob, at: 24)) + Int(number(blob, at: 28))
    if length <= 1 << 18 && length > blob.count {
      blob += repeatElement(0, count: length - blob.count)
    }
    let total = UInt64(blob.count + SHA256.Digest.count)
    for index in 0..<8 { blob[16 + index] = UInt8(truncatingIfNeeded: total >> (8 * index)) }
    let digest = blob.withUnsafeBytes { SHA256.hash($0) }
    for index in 0..<SHA256.Digest.count { blob.append(digest[index]) }
    return blob
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
  }

  private static func read(_ blob: [UInt8]) throws(Violation) -> Bool {
    // Not one byte longer than the blob, so that reading beside it is noticed.
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(blob.count, 1), alignment: 64)
    defer { memory.deallocate() }
    memory.copyBytes(from: blob)
    let model: Model
    do throws(ModelFormatError) {
      model = try Model(bytes: UnsafeRawBufferPointer(rebasing: memory[..<blob.count]))
    } catch {
      try Violation.check(!error.message.text.isEmpty, "an error has a sentence")
      return false
    }
    try checkVocabulary(model.vocabulary)
    try checkEncoding(of: model, blob)
    try score(model)
    return true
  }

  private static func checkVocabulary(_ vocabulary: VocabularyView) throws(Violation) {
    for state in 0..<vocabulary.count {
      try Violation.check(
        vocabulary.index(ofID: vocabulary.id(at: state)) == state
          && vocabulary.index(ofName: vocabulary.name(at: state)) == state,
        "a state is found by its id and by its name")
    }
  }

  private static func checkEncoding(of model: Model, _ blob: [UInt8]) throws(Violation) {
    let encoded: [UInt8]
    do throws(ModelFormatError) {
      encoded = try ModelDescription(model).encoded()
    } catch {
      throw Violation("what was read can be written: \(error)")
    }
    try Violation.check(encoded == blob, "what was read is written as the same bytes")
  }

  /// Weights may be as large as numbers go: their products overflow, and no score may trap.
  private static func score(_ model: Model) throws(Violation) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Scorer.byteCount(for: model, threads: 2), alignment: 64)
    defer { memory.deallocate() }
    var scorer = Scorer(model: model, memory: memory, threads: 2)
    _ = try? scorer.runGoldenEvents()
    for step in 0..<24 {
      let thread = ThreadID(pid: 1, tid: UInt32(1 + step % 3))
      if step == 12 { scorer.fork(parent: thread, child: ThreadID(pid: 9, tid: 9)) }
      let state = step * 7 % model.vocabulary.count
      let scored = scorer.score(thread, state: state, time: 0)
      try Violation.check(scored.surprise <= model.surpriseCap, "no surprise is over its cap")
      guard let verdict = scored.verdict else { continue }
      try check(verdict, &scorer)
    }
  }

  private static func check(_ verdict: Verdict, _ scorer: inout Scorer) throws(Violation) {
    var (sum, weight, count) = (UInt64(0), UInt32(0), 0)
    let earlier = scorer.explain(verdict) { event in
      sum += event.contribution
      weight += event.weight
      count += 1
    }
    try Violation.check(
      count > 0 && sum + earlier.sum == verdict.score.sum
        && weight + earlier.weight == verdict.score.weight,
      "the events behind a score add up to it")
  }
}
