import KernelTrace
import ModelFormat

/// A golden event whose surprise came out differently: this build or this machine computes other
/// numbers than the one that made the blob.
public struct GoldenMismatch: Error, Equatable, Sendable {
  /// Which golden event, from 0.
  public let event: Int
  /// What the blob says.
  public let expected: Surprise
  /// What came out.
  public let found: Surprise

  /// The fact and what to do, in one line.
  public var message: Message {
    Message(
      "golden event # scores # instead of #; this machine or this build computes wrongly", event,
      found.units, expected.units)
  }
}

extension Scorer {
  /// Scores the blob's golden events and compares every surprise, bit for bit.
  ///
  /// The scorer must be one of its own: the events go into its table, counters and digest.
  @_optimize(size)
  public mutating func runGoldenEvents() throws(GoldenMismatch) {
    let thread = ThreadID(pid: 1, tid: 1)
    for index in 0..<model.goldenEventCount {
      let golden = model.goldenEvent(at: index)
      let found = score(thread, state: golden.state, time: 0).surprise
      guard found == golden.surprise else {
        throw GoldenMismatch(event: index, expected: golden.surprise, found: found)
      }
    }
  }
}
