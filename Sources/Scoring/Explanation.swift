import KernelTrace
import ModelFormat

/// One event of an anomalous window: what it added to the score and what was expected instead.
public struct WindowEvent: Sendable {
  /// The state seen, an index into the blob's vocabulary.
  public let state: Int
  /// What it added to the window's sum; the contributions add up to the score's sum exactly.
  public let surprise: Surprise
  /// The most probable states in its place, the likeliest first; at most three.
  public let expected: InlineArray<3, Expectation>
}

/// A state that could have been next.
public struct Expectation: Sendable {
  /// An index into the blob's vocabulary.
  public var state = 0
  /// The surprise it would have been; its probability is e^-nats.
  public var surprise = Surprise.cap
}

extension Scorer {
  /// Lists the window behind a verdict, the oldest event first.
  ///
  /// The network's predictions are not kept but computed again from the thread's history, so that
  /// explaining costs nothing until it is asked for. Call it before the thread's next event.
  ///
  /// - Returns: how many events the window has; 0 where the thread is gone.
  @_optimize(size)
  public func explain(_ verdict: Verdict, _ body: (WindowEvent) -> Void) -> Int {
    guard let index = table.find(verdict.thread.tid) else { return 0 }
    let slot = table.slot(index)
    let window = slot.header.pointee.windows[verdict.channel]
    let length = UInt32(model.channel(at: verdict.channel).length)
    let count = Int(window.count)
    let replay = replaySlot.state
    let isWhole = slot.header.pointee.pastEvents <= UInt64(layout.historyLength)
    if isWhole {
      replay.copyMemory(from: freshSlot.state, byteCount: network.stateByteCount)
    } else {
      network.clear(replay)
    }
    for age in stride(from: slot.historyCount - 1, through: 0, by: -1) {
      let state = slot.past(age)
      if age < count {
        slot.copyPast(into: self.window, skipping: age + 1)
        let surprise = window.surprise(
          at: count - 1 - age, ring: slot.ring(verdict.channel), length: length)
        body(WindowEvent(state: state, surprise: surprise, expected: expected(replay)))
      }
      network.step(replay, event: state, scratch: scratch)
    }
    return count
  }

  /// The three likeliest next states.
  @_optimize(size)
  private func expected(_ state: UnsafeRawPointer) -> InlineArray<3, Expectation> {
    let logits = network.logits(state, window: windowStart, scratch: scratch)
    var best = InlineArray<3, Int>(repeating: -1)
    for v in 1..<network.vocabularySize {
      var candidate = v
      for rank in 0..<3 {
        guard best[rank] < 0 || logits[candidate] > logits[best[rank]] else { continue }
        let beaten = best[rank]
        best[rank] = candidate
        if beaten < 0 { break }
        candidate = beaten
      }
    }
    var expected = InlineArray<3, Expectation>(repeating: Expectation())
    for rank in 0..<3 where best[rank] >= 0 {
      let nats = CrossEntropy.nats(
        of: best[rank], logits: logits, vocabularySize: network.vocabularySize,
        scratch: scratch + network.vocabularySize)
      expected[rank] = Expectation(
        state: best[rank], surprise: min(Surprise(nats: nats), model.surpriseCap))
    }
    return expected
  }
}
