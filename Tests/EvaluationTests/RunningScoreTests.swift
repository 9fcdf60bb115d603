import ModelFormat
import Scoring
import TestSupport
import Testing
import TraceData

@testable import Evaluation

@Suite struct RunningScoreTests {
  private func scores(_ aggregation: Aggregation, _ nats: [Float]) -> [Double?] {
    var running = RunningScore(aggregation)
    return nats.map { nats in
      running.add(Surprise(nats: nats))
      return running.nats
    }
  }

  @Test func aWindowIsTheMeanOfTheLastEvents() {
    let expected: [Double?] = [nil, 2, 3, 5, 12.5 / 3]
    #expect(scores(.window(length: 3, minimum: 2), [1, 3, 5, 7, 0.5]) == expected)
  }

  @Test func anExponentialAverageForgetsAndIsCorrectedForItsShortPast() throws {
    // tau 2: weights 1/2, 1/4, 1/8, ... of what there is: (1/2 + 4/4) / (3/4), then
    // (8/2 + 1/4 + 4/8) / (7/8).
    let found = scores(.ewma(tau: 2, minimum: 1), [4, 1, 8])
    #expect(found.prefix(2) == [4, 2])
    #expect(abs((try #require(found[2])) - 4.75 / 0.875) < 1e-14)
    #expect(scores(.ewma(tau: 1, minimum: 2), [4, 1, 8]) == [nil, 1, 8])
  }

  @Test func aMeanIsOverAllEventsAndNotInherited() {
    #expect(scores(.mean, [1, 2, 6]) == [1, 1.5, 3])
    var parent = RunningScore(.mean)
    parent.add(Surprise(nats: 5))
    #expect(parent.inherited.nats == nil)
    var window = RunningScore(.window(length: 2, minimum: 1))
    window.add(Surprise(nats: 5))
    #expect(window.inherited.nats == 5)
  }

  @Test(arguments: [
    ("window:10", Aggregation.window(length: 10, minimum: 10)),
    ("window:10:1", .window(length: 10, minimum: 1)), ("ewma:400", .ewma(tau: 400, minimum: 50)),
    ("ewma:400:7", .ewma(tau: 400, minimum: 7)), ("mean", .mean),
  ]) func anAggregationIsReadAsWritten(text: String, expected: Aggregation) {
    #expect(Aggregation(text) == expected)
  }

  @Test(arguments: [
    "", "window", "window:", "window:0", "window:4097", "window:10:11", "window:1:1:1", "ewma:x",
    "mean:3", "median", "window:+", "10",
  ]) func whatIsNoAggregationIsRefused(text: String) { #expect(Aggregation(text) == nil) }

  /// The tables are about what the player does: every score of every channel of a forked, interleaved
  /// data set.
  @Test func scoresAreThePlayersToTheLastBit() throws {
    var random = SplitMix64(seed: 12)
    func states(_ count: Int) -> [UInt32] {
      (0..<count).map { _ in UInt32.random(in: 1..<14, using: &random) }
    }
    func times(_ count: Int, from: UInt64) -> [UInt64] {
      (0..<count).map { from + 10 * UInt64($0) }
    }
    let files = try TestDataset()
    let dataset = try files.make([
      .init(states: states(80), times: times(80, from: 100)),
      .init(
        states: states(40), times: times(40, from: 305),
        parent: SequenceParent(sequence: 0, events: 20)),
      .init(states: states(30), times: times(30, from: 120)),
    ])
    let network = TestModel(
      TestModel.tcn(
        vocabulary: 12, channels: 5, kernel: 2, dilations: [1, 2], activation: .gated,
        isTied: true), seed: 9, window: 7, minimumEvents: 3
    ).changing {
      $0.channels.append($0.channels[0])
      $0.channels[1].kind = .ewma
      // A mean in floating point differs from the integers where the divisor is no power of two.
      $0.channels[1].length = 13
    }
    let model = try LoadedModel(bytes: try network.description.encoded())
    let detector = NetworkDetector(name: "n", model, byteCount: 0)
    var expected: [[[Double?]]] = [[], [], []]
    try DatasetScorer(model, dataset).run { step in
      expected[step.sequence].append(
        (0..<2).map { step.scored.pastEvents < 3 ? nil : step.scored.scores[$0].exactNats })
    }
    let replay = ScoreReplay(
      dataset, surprises: [try detector.surprises(of: dataset)],
      aggregations: model.withModel { $0.aggregations })
    var found: [[[Double?]]] = [[], [], []]
    try replay.run { found[$0.sequence].append($0.scores) }
    #expect(found == expected)
    // A child goes on with its parent's past.
    #expect(expected[1].first?.contains(nil) == false)
    #expect(expected[0].prefix(3).map { $0[0] == nil } == [true, true, false])
  }

  @Test func aLargerScoreNeverHasTheSmallerNumber() {
    var random = SplitMix64(seed: 77)
    for _ in 0..<20_000 {
      let weight = UInt32.random(in: 1...(1 << 31), using: &random)
      let sum = UInt64.random(in: 0...(UInt64(weight) << 28), using: &random)
      let score = Score(sum: sum, weight: weight)
      // A little more, over about as much: often the same number, never a smaller one.
      let other = Score(
        sum: sum + UInt64.random(in: 0...3, using: &random),
        weight: weight - UInt32.random(in: 0...min(1, weight - 1), using: &random))
      #expect(!score.isLarger(than: other))
      #expect(score.exactNats <= other.exactNats)
      #expect(abs(score.exactNats - Double(score.nats)) <= Double(score.nats) * 1e-6)
    }
  }
}
