import KernelTrace
import ModelFormat

/// One event behind a verdict: what it added to the score and what was expected instead.
public struct ExplainedEvent: Sendable {
  /// The state seen, an index into the blob's vocabulary.
  public let state: Int
  /// How surprising it was.
  public let surprise: Surprise
  /// What it weighs in the score: 1 in a window, 2^-19 of an event in an `ewma`.
  public let weight: UInt32
  /// The most probable states in its place, the likeliest first; at most three.
  public let expected: InlineArray<3, Expectation>

  /// What it added to the score's sum, in units of 2^-24 nats.
  public var contribution: UInt64 { UInt64(weight) * UInt64(surprise.units) }
}

/// A state that could have been next.
public struct Expectation: Sendable {
  /// An index into the blob's vocabulary.
  public var state = 0
  /// The surprise it would have been; its probability is e^-nats.
  public var surprise = Surprise.cap
}

extension Scorer {
  /// Lists the latest events behind a verdict, the oldest first: a window, or the last of an `ewma`.
  ///
  /// The network's predictions are not kept but computed again from the thread's history, so that
  /// explaining costs nothing until it is asked for. Call it before the thread's next event.
  ///
  /// - Returns: what the events before them have in the score: its sum and weight without those listed.
  ///   Of a window it is nothing; of a thread that is gone, of which none are listed, all of it.
  public func explain(_ verdict: Verdict, _ body: (ExplainedEvent) -> Void) -> Score {
    explain(verdict.score, ofChannel: verdict.channel, of: verdict.thread, body)
  }

  /// Lists the latest events behind the score that a channel of a thread has now, and returns what those
  /// before them have in it.
  @_optimize(size)
  public func explain(
    _ score: Score, ofChannel channelIndex: Int, of thread: ThreadID,
    _ body: (ExplainedEvent) -> Void
  ) -> Score {
    guard let index = table.find(thread.tid) else { return score }
    let slot = table.slot(index)
    let channel = model.channel(at: channelIndex)
    let count = min(channel.explainedEvents, slot.historyCount)
    let replay = replaySlot.state
    let isWhole = slot.header.pointee.pastEvents <= UInt64(layout.historyLength)
    if isWhole {
      replay.copyMemory(from: freshSlot.state, byteCount: network.needs.stateByteCount)
    } else {
      network.clear(replay)
    }
    var (sum, weight) = (score.sum, score.weight)
    for age in stride(from: slot.historyCount - 1, through: 0, by: -1) {
      let state = slot.past(age)
      if age < count {
        slot.copyPast(into: window, skipping: age + 1)
        let event = explained(
          state, replay, weight: ChannelState.weight(atAge: age, of: channel))
        // Wraps only where the thread has had events since; a device must not stop for that.
        sum = sum &- event.contribution
        weight = weight &- event.weight
        body(event)
      }
      network.step(replay, event: state, scratch: scratch)
    }
    return Score(sum: sum, weight: weight)
  }

  /// An event that follows upon the network's state `replay`.
  private func explained(
    _ state: Int, _ replay: UnsafeRawPointer, weight: UInt32
  ) -> ExplainedEvent {
    let logits = network.logits(replay, window: windowStart, scratch: scratch)
    return ExplainedEvent(
      state: state, surprise: state == 0 ? model.unknownSurprise : surprise(of: state, logits),
      weight: weight, expected: expected(logits))
  }

  /// The three likeliest next states.
  @_optimize(size)
  private func expected(_ logits: UnsafePointer<Float>) -> InlineArray<3, Expectation> {
    var best = InlineArray<3, Int>(repeating: -1)
    for v in 1..<network.needs.vocabularySize {
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
      expected[rank] = Expectation(
        state: best[rank], surprise: surprise(of: best[rank], logits))
    }
    return expected
  }

  private func surprise(of state: Int, _ logits: UnsafePointer<Float>) -> Surprise {
    let nats = CrossEntropy.nats(
      of: state, logits: logits, vocabularySize: network.needs.vocabularySize)
    return min(Surprise(nats: nats), model.surpriseCap)
  }
}
