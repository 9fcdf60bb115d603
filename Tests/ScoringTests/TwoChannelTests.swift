import KernelTrace
import ModelFormat
import TestSupport
import Testing

@testable import Scoring

/// A window, and beside it a long memory.
@Suite struct TwoChannelTests {
  private let test = ScorerTests.model

  /// The same blob with a second channel: `ewma 4`, first judged at 6 events.
  private let twoChannels: TestModel

  init() {
    twoChannels = test.changing {
      var second = $0.channels[0]
      second.kind = .ewma
      second.minimumEvents = 6
      second.threshold = Surprise(nats: 12)
      $0.channels.append(second)
      $0.channels[0].threshold = Surprise(nats: 26)
    }
  }

  @Test func aForkedThreadInheritsTheLongMemory() {
    let test = twoChannels
    var alone = test.scorer(threads: 4)
    let expected = [1, 2, 3, 4].map { alone.score(thread(1), state: $0, time: 0).scores[1] }
    var scorer = test.scorer(threads: 4)
    for state in 1...3 { _ = scorer.score(thread(1), state: state, time: 0) }
    scorer.fork(parent: thread(1), child: thread(7))
    #expect(scorer.score(thread(7), state: 4, time: 0).scores[1] == expected[3])
    #expect(scorer.score(thread(2), state: 1, time: 0).scores[1] == expected[0])
  }

  @Test func anyChannelMakesAVerdict() throws {
    let test = twoChannels
    var scorer = test.scorer(threads: 4)
    var verdicts: [Verdict] = []
    for state in [1, 2, 3, 4, 5, 0, 0, 0, 0] {
      if let verdict = scorer.score(thread(1), state: state, time: 0).verdict {
        verdicts.append(verdict)
      }
    }
    let unknown = test.model.unknownSurprise
    #expect(verdicts.map(\.channel) == [1, 0])
    #expect(verdicts.map(\.threshold) == [Surprise(nats: 12), Surprise(nats: 26)])
    // Half of the weight is that of the last two or three events; the window takes all four.
    #expect([7, 8].contains(try #require(verdicts.first).threadEvent))
    #expect(verdicts.last?.threadEvent == 9)
    #expect(verdicts.last?.score == Score(sum: 4 * UInt64(unknown.units), weight: 4))
  }

  @Test func aThreadOverAThresholdHasAVerdictAtEveryEvent() throws {
    let test = twoChannels
    var scorer = test.scorer(threads: 4)
    #expect(scorer.verdict(on: thread(1), time: 0) == nil)
    var channels: [Int?] = []
    for (index, state) in [1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 1].enumerated() {
      let scored = scorer.score(thread(1), state: state, time: 0)
      let standing = scorer.verdict(on: thread(1), time: UInt64(index))
      channels.append(standing?.channel)
      #expect(scored.verdict == nil || standing != nil)
      guard let standing else { continue }
      #expect(standing.time == UInt64(index) && standing.threadEvent == UInt64(index + 1))
      #expect(standing.score == scored.scores[standing.channel])
      #expect(standing.score.isOver(standing.threshold))
    }
    // The long memory's threshold is the lower one; the window's is over its own for two events.
    #expect(channels.prefix(5).allSatisfy { $0 == nil })
    #expect(channels.suffix(3) == [0, 0, 1])
    // Another process's thread with the same number.
    #expect(scorer.verdict(on: thread(1, pid: 9), time: 0) == nil)
  }

  @Test func theLongMemoryWaitsForItsMinimumOfEvents() {
    var scorer = twoChannels.scorer(threads: 4)
    for event in 1...6 {
      let scored = scorer.score(thread(1), state: 0, time: 0)
      #expect(scored.pastEvents == UInt64(event))
      let wanted: Int? = event == 2 ? 0 : event == 6 ? 1 : nil
      #expect(scored.verdict?.channel == wanted)
    }
  }

  @Test func eventsBeforeAForkCountForTheMinimum() {
    var scorer = twoChannels.scorer(threads: 4)
    for _ in 0..<5 { _ = scorer.score(thread(1), state: 0, time: 0) }
    scorer.fork(parent: thread(1), child: thread(2))
    let scored = scorer.score(thread(2), state: 0, time: 0)
    #expect(scored.pastEvents == 6)
    // Both channels at once: the verdict is the first one's.
    #expect(scored.verdict?.channel == 0)
    #expect(scorer.counters.alarms == 2)
  }

  @Test func lossesMarkTheLongMemoryForThreeTimeConstants() {
    for (after, isLossy) in [(10, true), (11, true), (12, false)] {
      let test = twoChannels.changing { $0.channels[1].threshold = Surprise(units: 1) }
        .changing {
          $0.channels[1].minimumEvents = 20 + after
          $0.channels[0].threshold = Surprise(nats: 27.63)
        }
      var scorer = test.scorer(threads: 4)
      for _ in 0..<20 { _ = scorer.score(thread(1), state: 1, time: 0) }
      scorer.lost(1, thread: thread(1))
      var verdict: Verdict?
      for _ in 0..<after {
        #expect(verdict == nil)
        verdict = scorer.score(thread(1), state: 1, time: 0).verdict
      }
      #expect(verdict?.channel == 1)
      #expect(verdict?.isLossy == isLossy, "\(after) events after the loss")
    }
  }

  @Test func theLongMemoryTakesNoMemoryThatGrowsWithIt() {
    let short = twoChannels
    let long = short.changing { $0.channels[1].length = 4096 }
    #expect(
      Scorer.bytesPerThread(of: short.model) == Scorer.bytesPerThread(of: long.model))
    // The states of 64 events, to explain verdicts with.
    let one = Scorer.bytesPerThread(of: test.model)
    #expect(Scorer.bytesPerThread(of: short.model) - one <= 2 * 64)
  }
}
