import KernelTrace
import ModelFormat
import TestSupport
import Testing

@testable import Scoring

@Suite struct ExplanationTests {
  @Test(arguments: [
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 3, dilations: [1, 2], activation: .gated, isTied: true),
    TestModel.windowCNN(vocabulary: 8, window: 6),
  ])
  func contributionsAddUpToTheScoreAndPredictionsAreThoseOfTheTime(architecture: Architecture)
    throws
  {
    let test = TestModel(architecture, seed: 4, window: 5, minimumEvents: 3, threshold: 8)
    for past in [0, 3, 40] {
      var scorer = test.scorer(threads: 2)
      for index in 0..<past { _ = scorer.score(TestModel.thread, state: 1 + index % 7, time: 0) }
      var seen: [(state: Int, surprise: Surprise)] = []
      var verdict: Verdict?
      for state in [1, 2, 0, 0, 3, 0, 0, 0] where verdict == nil {
        let scored = scorer.score(TestModel.thread, state: state, time: 0)
        seen.append((state, scored.surprise))
        verdict = scored.verdict
      }
      let found = try #require(verdict)
      var events: [ExplainedEvent] = []
      let earlier = scorer.explain(found) { events.append($0) }
      #expect(events.count == Int(found.score.weight))
      #expect(earlier == Score(sum: 0, weight: 0))
      #expect(events.reduce(0) { $0 + UInt64($1.surprise.units) } == found.score.sum)
      for (event, expected) in zip(events.reversed(), seen.reversed()) {
        #expect(event.state == expected.state)
        #expect(event.surprise == expected.surprise)
        checkExpectations(event)
      }
    }
  }

  @Test(arguments: [
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 3, dilations: [1, 2], activation: .gated, isTied: true),
    TestModel.windowCNN(vocabulary: 8, window: 6),
  ])
  func theLatestEventsOfALongMemoryAndTheEarlierOnesAddUp(architecture: Architecture) throws {
    let test = TestModel(architecture, seed: 4, window: 5, minimumEvents: 3, threshold: 27)
      .changing {
        $0.channels.append($0.channels[0])
        $0.channels[1].kind = .ewma
        $0.channels[1].length = 30
        $0.channels[1].threshold = Surprise(nats: 9)
      }
    for past in [0, 3, 63, 64, 200] {
      var scorer = test.scorer(threads: 2)
      var seen: [(state: Int, surprise: Surprise)] = []
      var verdict: Verdict?
      for index in 0..<(past + 40) where verdict == nil {
        let state = index < past ? 1 + index % 7 : index % 2
        let scored = scorer.score(TestModel.thread, state: state, time: 0)
        seen.append((state, scored.surprise))
        verdict = scored.verdict
      }
      let found = try #require(verdict)
      #expect(found.channel == 1)
      var events: [ExplainedEvent] = []
      let earlier = scorer.explain(found) { events.append($0) }
      #expect(events.count == min(64, seen.count))
      let sum = events.reduce(earlier.sum) { $0 + $1.contribution }
      let weight = events.reduce(UInt64(earlier.weight)) { $0 + UInt64($1.weight) }
      #expect(sum == found.score.sum)
      #expect(weight == UInt64(found.score.weight))
      #expect(events.last?.weight == 1 << 19)
      #expect(events.map(\.weight) == events.map(\.weight).sorted())
      // Without older events, rounding alone is left.
      if seen.count <= 64 { #expect(earlier.weight < 64 * 64) }
      for (event, expected) in zip(events.reversed(), seen.reversed()) {
        #expect(event.state == expected.state)
        #expect(event.surprise == expected.surprise)
        checkExpectations(event)
      }
    }
  }

  @Test func noSurpriseIsOverTheBlobsCap() throws {
    let cap = Surprise(nats: 0.5)
    let test = TestModel(
      TestModel.tcn(
        vocabulary: 9, channels: 4, kernel: 3, dilations: [1, 2], activation: .gated, isTied: true),
      seed: 4, window: 5, minimumEvents: 5, threshold: 0.25
    ).changing {
      $0.surpriseCap = cap
      $0.unknownSurprise = cap
      $0.goldenEvents = [GoldenEvent(state: 0, surprise: cap)]
    }
    var scorer = test.scorer(threads: 2)
    var verdict: Verdict?
    for state in [1, 2, 3, 4, 5] {
      let scored = scorer.score(TestModel.thread, state: state, time: 0)
      #expect(scored.surprise <= cap)
      verdict = scored.verdict
    }
    let found = try #require(verdict)
    var events: [Surprise] = []
    _ = scorer.explain(found) { events.append($0.surprise) }
    #expect(events.contains(cap))
    #expect(events.reduce(0) { $0 + UInt64($1.units) } == found.score.sum)
  }

  @Test func aThreadThatIsGoneHasNothingToList() throws {
    let test = TestModel(
      TestModel.windowCNN(vocabulary: 8, window: 6), seed: 4, window: 5, minimumEvents: 1,
      threshold: 8)
    var scorer = test.scorer(threads: 2)
    let verdict = try #require(scorer.score(TestModel.thread, state: 0, time: 0).verdict)
    scorer.exit(TestModel.thread)
    let earlier = scorer.explain(verdict) { _ in Issue.record("there is nothing to list") }
    #expect(earlier == verdict.score)
  }

  /// What was likely in the place of an event: in order, and as likely as the event itself where it
  /// is among them.
  private func checkExpectations(_ event: ExplainedEvent) {
    for rank in 0..<3 {
      if rank > 0 { #expect(event.expected[rank - 1].surprise <= event.expected[rank].surprise) }
      if event.expected[rank].state == event.state {
        #expect(event.expected[rank].surprise == event.surprise)
      }
    }
    if event.state != 0 && event.surprise < event.expected[2].surprise {
      #expect((0..<3).contains { event.expected[$0].state == event.state })
    }
  }
}
