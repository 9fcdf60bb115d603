import CMLEPlayer
import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing

/// The C API against the scorer that it stands on: the same stream, event for event.
struct AgreementTests {
  /// A stream with every kind of record, over few threads, so that forks, reuse of numbers and
  /// evictions happen often.
  private static func stream(seed: UInt64, states: Int, count: Int) -> [TraceRecord] {
    var generator = SplitMix64(seed: seed)
    func number(_ limit: Int) -> UInt32 { UInt32(generator.next() % UInt64(limit)) }
    func thread() -> ThreadID {
      let tid = 1 + number(7)
      return ThreadID(pid: number(9) == 0 ? 99 : tid, tid: tid)
    }
    return (0..<count).map { index in
      let time = UInt64(index) * 1000
      switch number(40) {
      case 0: return .fork(parent: thread(), child: thread(), time: time)
      case 1: return .exec(thread(), name: name("program\(number(3))"), time: time)
      case 2: return .exit(thread(), time: time)
      case 3: return .lost(count: UInt64(number(5)), thread: thread(), time: time)
      case 4: return .lost(count: 1, thread: nil, time: time)
      default:
        return .event(TraceEvent(thread: thread(), state: number(states), time: time))
      }
    }
  }

  private static func name(_ text: String) -> ProgramName {
    Array(text.utf8).withUnsafeBytes { ProgramName($0) }
  }

  private static let shapes: [Architecture] = [
    TestModel.tcn(
      vocabulary: 23, channels: 8, kernel: 2, dilations: [1, 2, 4], activation: .gated,
      isTied: false),
    TestModel.tcn(
      vocabulary: 40, channels: 5, kernel: 3, dilations: [1, 3], activation: .relu, isTied: true),
    TestModel.windowCNN(vocabulary: 17, window: 8),
  ]

  /// A second channel, `ewma 4`, that three of ten scores are over.
  private static func model(_ shape: Int) throws -> TestModel {
    let draft = TestModel(shapes[shape], seed: 5, minimumEvents: 3, threshold: 3.2).changing {
      $0.channels.append($0.channels[0])
      $0.channels[1].kind = .ewma
      $0.channels[1].length = 4
    }
    var scorer = draft.scorer(threads: 4)
    var scores: [Float] = []
    for record in stream(seed: UInt64(shape), states: draft.vocabularySize, count: 3000) {
      guard case .event(let event) = record else { continue }
      let scored = scorer.score(event.thread, state: Int(event.state), time: 0)
      scores.append(scored.scores[1].nats)
    }
    let threshold = Surprise(nats: scores.sorted()[scores.count * 7 / 10])
    return draft.changing { $0.channels[1].threshold = threshold }
  }

  @Test(arguments: 0..<3)
  func everyRecordDoesWhatItDoesToAScorer(shape: Int) throws {
    let model = try Self.model(shape)
    let c = try PlayerOfC(model, threads: 4)
    var scorer = model.scorer(threads: 4)
    var verdicts = [0, 0]
    for record in Self.stream(seed: UInt64(shape), states: model.vocabularySize, count: 3000) {
      switch record {
      case .event(let event):
        let expected = scorer.score(event.thread, state: Int(event.state), time: event.time)
        let status = c.push(event.thread.pid, event.thread.tid, event.state, time: event.time)
        #expect(status == (expected.verdict == nil ? .ok : .verdict))
        try Self.compare(try #require(c.scored), expected)
        guard let verdict = expected.verdict else { continue }
        verdicts[verdict.channel] += 1
        try Self.compare(try #require(c.verdict), verdict)
        try compareExplanations(c, scorer, verdict)
      case .fork(let parent, let child, _):
        scorer.fork(parent: parent, child: child)
        let status = mle_player_fork(c.player, parent.pid, parent.tid, child.pid, child.tid)
        #expect(Status(status) == .ok)
      case .exec(let thread, let name, _):
        scorer.exec(thread, name: name)
        let text = String(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self)
        #expect(c.exec(thread.pid, thread.tid, text) == .ok)
      case .exit(let thread, _):
        scorer.exit(thread)
        #expect(Status(mle_player_exit(c.player, thread.pid, thread.tid)) == .ok)
      case .lost(let count, let thread, _):
        scorer.lost(count, thread: thread)
        let status = mle_player_lost(c.player, count, thread?.pid ?? 0, thread?.tid ?? 0)
        #expect(Status(status) == .ok)
      }
    }
    #expect(verdicts.allSatisfy { $0 > 5 })
    #expect(mle_player_digest(c.player) == scorer.digest.value)
    try Self.compare(try c.counters, scorer.counters)
    #expect(c.areMarginsIntact)
  }

  private static func compare(_ scored: mle_scored_event, _ expected: ScoredEvent) throws {
    #expect(scored.surprise == expected.surprise.units)
    let scores = [scored.scores.0, scored.scores.1, scored.scores.2, scored.scores.3]
    for (index, score) in scores.enumerated() {
      #expect(score.sum == expected.scores[index].sum)
      #expect(score.weight == expected.scores[index].weight)
    }
  }

  private static func compare(_ verdict: mle_verdict, _ expected: Verdict) throws {
    #expect(verdict.pid == expected.thread.pid)
    #expect(verdict.tid == expected.thread.tid)
    let name = withUnsafeBytes(of: verdict.name) { Array($0) }
    #expect(name.count == 16)
    for index in 0..<16 {
      #expect(name[index] == (index < expected.name.count ? expected.name[index] : 0))
    }
    #expect(verdict.time_ns == expected.time)
    #expect(verdict.event == expected.event)
    #expect(verdict.thread_event == expected.threadEvent)
    #expect(verdict.channel == UInt32(expected.channel))
    #expect(verdict.score.sum == expected.score.sum)
    #expect(verdict.score.weight == expected.score.weight)
    #expect(verdict.threshold == expected.threshold.units)
    #expect(verdict.is_lossy == (expected.isLossy ? 1 : 0))
    #expect(
      mle_score_micronats(verdict.score.sum, verdict.score.weight) == expected.score.micronats)
  }

  private func compareExplanations(_ c: PlayerOfC, _ scorer: Scorer, _ verdict: Verdict) throws {
    var expected: [ExplainedEvent] = []
    let rest = scorer.explain(verdict) { expected.append($0) }
    let (events, earlier) = try c.explanation
    #expect(events.count == expected.count && !events.isEmpty)
    #expect(earlier.sum == rest.sum)
    #expect(earlier.weight == rest.weight)
    let sum = events.reduce(earlier.sum) { $0 + UInt64($1.surprise) * UInt64($1.weight) }
    #expect(sum == verdict.score.sum)
    #expect(events.reduce(earlier.weight) { $0 + $1.weight } == verdict.score.weight)
    for (event, expected) in zip(events, expected) {
      #expect(event.state == UInt32(expected.state))
      #expect(event.surprise == expected.surprise.units)
      let guesses = [event.expected.0, event.expected.1, event.expected.2]
      for (rank, guess) in guesses.enumerated() {
        #expect(guess.state == UInt32(expected.expected[rank].state))
        #expect(guess.surprise == expected.expected[rank].surprise.units)
      }
    }
  }

  private static func compare(_ counters: mle_counters, _ expected: ScoringCounters) throws {
    #expect(counters.events == expected.events)
    #expect(counters.unknown_events == expected.unknownEvents)
    #expect(counters.threads == expected.threads)
    #expect(counters.alarms == expected.alarms)
    #expect(counters.lost_records == expected.lostRecords)
    #expect(counters.evictions == expected.evictions)
    #expect(expected.evictions > 0 && expected.lostRecords > 0 && expected.unknownEvents > 0)
  }
}
