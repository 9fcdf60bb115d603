import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Player

@Suite struct AlertReplayTests {
  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 6, window: 4, minimumEvents: 2, threshold: 2.2)

  /// Scores the same events of two threads, as they are told.
  ///
  /// - Parameter time: of an event by its number; 0: none has one.
  private func play(
    model: TestModel? = nil, time: (UInt64) -> UInt64,
    _ body: (TraceEvent, ScoredEvent, borrowing Scorer) throws -> Void
  ) throws {
    var scorer = (model ?? self.model).scorer(threads: 4)
    var random = SplitMix64(seed: 2)
    for index in 1...200 {
      let thread = ThreadID(pid: 7, tid: 7 + UInt32.random(in: 0...1, using: &random))
      let state = Int.random(in: 0..<9, using: &random)
      let time = time(UInt64(index))
      let event = TraceEvent(thread: thread, state: 0, time: time)
      let scored = scorer.score(thread, state: state, time: time)
      try body(event, scored, scorer)
    }
  }

  private static func usualTime(_ event: UInt64) -> UInt64 { 1000 + event }

  private func alerts(
    explained: Bool, time: (UInt64) -> UInt64 = Self.usualTime
  ) throws -> String {
    var text = Output(collecting: 4096)
    try play(time: time) { _, scored, scorer in
      guard let verdict = scored.verdict else { return }
      text.put(verdict, by: scorer, explained: explained)
    }
    let alerts = String(decoding: text.collected, as: UTF8.self)
    try #require(alerts.split(separator: "\n").count > 5)
    return alerts
  }

  private func replay(
    _ text: String, model: TestModel? = nil, time: (UInt64) -> UInt64 = Self.usualTime
  ) throws -> AlertReplay {
    let replay = try AlertReplay(Array(text.utf8))
    try play(model: model, time: time) { replay.take($0, $1, by: $2) }
    return replay
  }

  private func written(_ replay: AlertReplay) -> [String] {
    var output = Output(collecting: 4096)
    replay.write(to: &output)
    return String(decoding: output.collected, as: UTF8.self).split(separator: "\n")
      .map(String.init)
  }

  @Test(arguments: [true, false], [true, false])
  func whatScoresTheSameIsTheSame(explained: Bool, hasTimes: Bool) throws {
    let time = hasTimes ? Self.usualTime : { _ in 0 }
    let text = try alerts(explained: explained, time: time)
    let replay = try replay(text, time: time)
    #expect(replay.alerts.count == text.split(separator: "\n").count)
    #expect(replay.differing == 0)
    for line in written(replay) { #expect(line.hasPrefix("{\"replay\":\"same\",\"event\":")) }
  }

  @Test func anAlertOnAnEventThatCrossedNothingComesOutToo() throws {
    var text = Output(collecting: 4096)
    var late = 0
    try play(time: Self.usualTime) { event, scored, scorer in
      guard let verdict = scorer.verdict(on: event.thread, time: event.time) else { return }
      text.put(verdict, by: scorer, explained: true)
      if scored.verdict == nil { late += 1 }
    }
    #expect(late > 5)
    let replay = try replay(String(decoding: text.collected, as: UTF8.self))
    #expect(replay.alerts.count > late)
    #expect(replay.differing == 0)
  }

  /// A clock of milliseconds, say.
  @Test func ofSeveralEventsOfOneTimeTheOneThatIsTheSameCounts() throws {
    let time: (UInt64) -> UInt64 = { 1000 + $0 / 20 }
    #expect(try replay(alerts(explained: true, time: time), time: time).differing == 0)
  }

  /// Two players that watch at once read the kernel's clock one after the other.
  @Test func anAlertOfAnotherRecordingIsFoundByItsThreadsEvent() throws {
    let text = try alerts(explained: true)
    #expect(try replay(text, time: { Self.usualTime($0) + 500 }).differing == 0)
    let changed = text.replacing(#""threshold":"#, with: #""threshold":1"#)
    let differing = try replay(changed, time: { Self.usualTime($0) + 500 })
    #expect(differing.differing == differing.alerts.count)
    #expect(!differing.alerts.contains { $0.outcome == .missing })
  }

  @Test func otherLinesAndFieldsAndSpaceAreNoDifference() throws {
    let text = try alerts(explained: true)
    let changed =
      "{\"incident\":1,\"ended\":\"killed\"}\n"
      + text.replacingOccurrences(",\"window\":", with: ",\"action\":\"killed\", \"window\": ")
    let replay = try replay(changed)
    #expect(replay.alerts.count == text.split(separator: "\n").count)
    #expect(replay.differing == 0)
  }

  @Test func aFieldThatDiffersIsNamedWithBothValues() throws {
    let line = String(try #require(try alerts(explained: true).split(separator: "\n").first))
    let sum = try #require(line.firstMatch(of: /"score_sum":(\d+)/)).1
    let changed = line.replacingOccurrences(
      "\"score_sum\":\(sum)", with: "\"score_sum\":\(sum)1")
    let replay = try replay(changed)
    #expect(replay.differing == 1)
    let found = try #require(written(replay).first)
    #expect(found.hasPrefix("{\"replay\":\"different\""))
    #expect(
      found.hasSuffix(
        ",\"differences\":[{\"field\":\"score_sum\",\"alert\":\(sum)1,\"here\":\(sum)}]}"))
  }

  @Test func ofAWindowTheFirstEventThatDiffersIsNamed() throws {
    let line = String(try #require(try alerts(explained: true).split(separator: "\n").first))
    let parts = line.components(separatedBy: "\"surprise\":")
    try #require(parts.count > 2)
    let changed =
      parts[0...1].joined(separator: "\"surprise\":") + "\"surprise\":9"
      + parts[2...].joined(separator: "\"surprise\":9")
    let found = try #require(written(try replay(changed)).first)
    #expect(found.contains("\"differences\":[{\"field\":\"window\",\"element\":1,\"alert\":{"))
  }

  @Test func anAlertThatDoesNotComeOutIsToldWithItsScore() throws {
    let text = try alerts(explained: false)
    let deaf = model.changing { $0.channels[0].threshold = Surprise(nats: 27) }
    let replay = try replay(text, model: deaf)
    #expect(replay.differing == replay.alerts.count)
    for line in written(replay) {
      #expect(line.contains("{\"field\":\"verdict\",\"alert\":\"anomalous\",\"here\":null}"))
      // The score is the same; only the threshold is not, and with it the blob.
      #expect(!line.contains("{\"field\":\"score\""))
      #expect(line.contains("{\"field\":\"model\",\"alert\":\""))
    }
  }

  @Test func anotherNetworksScoresAreTold() throws {
    let text = try alerts(explained: false)
    let other = TestModel(
      TestModel.tcn(
        vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu,
        isTied: false), seed: 7, window: 4, minimumEvents: 2, threshold: 2.2)
    let replay = try replay(text, model: other)
    #expect(replay.differing == replay.alerts.count)
    for line in written(replay) {
      #expect(line.contains("{\"field\":\"score\",\"alert\":"))
      #expect(line.contains("{\"field\":\"model\",\"alert\":"))
    }
  }

  @Test func anEventThatIsNotThereIsMissing() throws {
    let text = try alerts(explained: false)
    let replay = try replay(text.replacingOccurrences("\"tid\":7,", with: "\"tid\":99,"))
    #expect(replay.differing > 0)
    #expect(written(replay).contains { $0.hasPrefix("{\"replay\":\"missing\"") })
  }
}

extension String {
  fileprivate func replacingOccurrences(_ text: String, with other: String) -> String {
    components(separatedBy: text).joined(separator: other)
  }

  fileprivate func components(separatedBy text: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: text) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
