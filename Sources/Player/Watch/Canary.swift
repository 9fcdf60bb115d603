import KernelTrace
import ModelFormat
import Scoring

/// Events that the blob must find anomalous, to show at any time that alarms can still be raised.
///
/// They are drawn at random from the blob's states, which no program's behaviour resembles; they are
/// fixed once they are found to raise an alarm, with every surprise on the way.
struct Canary {
  private let states: [UInt16]
  private let fingerprint: UInt64

  private static let thread = ThreadID(pid: 1, tid: 1)
  private static let mostAttempts = 16

  /// Finds events that raise an alarm; nil where none do: the blob is blind.
  ///
  /// - Parameter scorer: one of its own: the events go into its table and counters.
  init?(_ scorer: inout Scorer) {
    let limit = Self.limit(scorer.model)
    var random: UInt64 = 0x9e37_79b9_7f4a_7c15
    for _ in 0..<Self.mostAttempts {
      scorer.exit(Self.thread)
      var (states, fingerprint): ([UInt16], UInt64) = ([], 0)
      while states.count < limit {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let state = 1 + Int(random >> 33) % (scorer.model.vocabulary.count - 1)
        states.append(UInt16(state))
        if Self.score(state, &scorer, &fingerprint) {
          self.states = states
          self.fingerprint = fingerprint
          return
        }
      }
    }
    return nil
  }

  /// Twice the length of the channel that is soonest over its beginning, and enough for its verdicts.
  private static func limit(_ model: Model) -> Int {
    var least = Int.max
    for index in 0..<model.channelCount {
      let channel = model.channel(at: index)
      least = min(least, max(2 * channel.length, channel.minimumEvents))
    }
    return least
  }

  /// Whether they raise the alarm still, with the same surprises to the last bit.
  func raisesAlarm(_ scorer: inout Scorer) -> Bool {
    scorer.exit(Self.thread)
    var fingerprint: UInt64 = 0
    var isAnomalous = false
    for state in states { isAnomalous = Self.score(Int(state), &scorer, &fingerprint) }
    return isAnomalous && fingerprint == self.fingerprint
  }

  private static func score(
    _ state: Int, _ scorer: inout Scorer, _ fingerprint: inout UInt64
  ) -> Bool {
    let scored = scorer.score(thread, state: state, time: 0)
    fingerprint = (fingerprint ^ UInt64(scored.surprise.units)) &* 0x100_0000_01b3
    return scored.verdict != nil
  }
}
