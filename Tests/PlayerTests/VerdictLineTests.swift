import Foundation
import KernelTrace
import ModelFormat
import Scoring
import TestSupport
import Testing

@testable import Player

@Suite struct VerdictLineTests {
  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu, isTied: false),
    seed: 6, window: 4, minimumEvents: 2, threshold: 1)

  private func object(_ text: String) throws -> [String: Any] {
    #expect(text.hasSuffix("}\n"))
    #expect(text.filter { $0 == "\n" }.count == 1)
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Scores until a thread is over the threshold.
  private func verdict(_ scorer: inout Scorer) throws -> Verdict {
    let thread = ThreadID(pid: 4_294_967_295, tid: 1)
    scorer.exec(thread, name: Array("init".utf8).withUnsafeBytes { ProgramName($0) })
    for index in 1...50 {
      let scored = scorer.score(thread, state: index % 9, time: UInt64(index) * 10)
      if let verdict = scored.verdict { return verdict }
    }
    throw CancellationError()
  }

  @Test func aVerdictIsOneJSONObject() throws {
    var scorer = model.scorer(threads: 2)
    let verdict = try verdict(&scorer)
    let line = try object(try written { $0.put(verdict, by: scorer, explained: false) })
    #expect(line["verdict"] as? String == "anomalous")
    #expect(line["pid"] as? UInt32 == 4_294_967_295)
    #expect(line["tid"] as? Int == 1)
    #expect(line["name"] as? String == "init")
    #expect(line["time_ns"] as? UInt64 == verdict.time)
    #expect(line["event"] as? UInt64 == verdict.event)
    #expect(line["thread_event"] as? UInt64 == verdict.threadEvent)
    #expect(line["channel"] as? String == "window 4")
    #expect(line["score"] as? Double == Double(verdict.score.micronats) / 1e6)
    #expect(line["threshold"] as? Double == 1)
    #expect(line["lossy"] as? Bool == false)
    #expect((line["model"] as? String)?.count == 16)
    #expect(line["window"] == nil)
  }

  @Test func aNameOfAnyBytesIsWrittenAsASCII() throws {
    for first in stride(from: 0, to: 256, by: 15) {
      let bytes = (first..<min(first + 15, 256)).map { UInt8($0) }
      let text = try written { $0.put(bytes.withUnsafeBytes { ProgramName($0) }) }
      #expect(text.utf8.count == bytes.count)
      #expect(text.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c })
      for (byte, character) in zip(bytes, text.utf8) {
        #expect(character == byte || character == UInt8(ascii: "?"))
      }
    }
  }

  @Test func anExplanationListsTheWindowOldestFirst() throws {
    var scorer = model.scorer(threads: 2)
    let verdict = try verdict(&scorer)
    let line = try object(try written { $0.put(verdict, by: scorer, explained: true) })
    let window = try #require(line["window"] as? [[String: Any]])
    #expect(window.count == Int(verdict.score.weight))
    let states = (0..<window.count).map {
      "state\((Int(verdict.event) - window.count + 1 + $0) % 9)"
    }
    #expect(window.compactMap { $0["state"] as? String } == states)
    for event in window { #expect((event["expected"] as? [Any])?.count == 3) }
  }

  @Test func anExplanationOfALongMemoryAddsUp() throws {
    let model = self.model.changing {
      $0.channels[0].kind = .ewma
      $0.channels[0].length = 9
      $0.channels[0].minimumEvents = 100
    }
    var scorer = model.scorer(threads: 2)
    var verdict: Verdict?
    for index in 1...100 {
      verdict = scorer.score(TestModel.thread, state: index % 9, time: 0).verdict
    }
    let found = try #require(verdict)
    let line = try object(try written { $0.put(found, by: scorer, explained: true) })
    #expect(line["channel"] as? String == "ewma 9")
    let window = try #require(line["window"] as? [[String: Any]])
    #expect(window.count == 64)
    let earlier = try #require(line["earlier"] as? [String: Any])
    func product(_ part: [String: Any]) throws -> Double {
      try #require(part["surprise"] as? Double) * (try #require(part["weight"] as? Double))
    }
    let sum = try window.reduce(try product(earlier)) { try $0 + product($1) }
    #expect(abs(sum - Double(found.score.micronats) / 1e6) < 1e-3)
    let newest = try #require(window.last?["weight"] as? Double)
    #expect(abs(newest - 1.0 / 9) < 1e-4)
  }

  @Test func aVocabularyOfOneStateHasOneExpectation() throws {
    let small = TestModel(
      TestModel.tcn(
        vocabulary: 2, channels: 1, kernel: 2, dilations: [1], activation: .relu, isTied: false),
      seed: 1, window: 2, minimumEvents: 1, threshold: 0.5)
    var scorer = small.scorer(threads: 2)
    let scored = scorer.score(TestModel.thread, state: 0, time: 0)
    let verdict = try #require(scored.verdict)
    let line = try object(try written { $0.put(verdict, by: scorer, explained: true) })
    let window = try #require(line["window"] as? [[String: Any]])
    let expected = try #require(window.first?["expected"] as? [[String: Any]])
    #expect(expected.compactMap { $0["state"] as? String } == ["state1"])
  }

  @Test func aScoredEventIsOneJSONObject() throws {
    var scorer = model.scorer(threads: 2)
    let event = TraceEvent(thread: ThreadID(pid: 5, tid: 6), state: 12, time: .max)
    let scored = scorer.score(event.thread, state: 4, time: event.time)
    let text = try written { $0.put(event, state: 4, scored, by: scorer) }
    #expect(text.contains("\"time_ns\":18446744073709551615,"))
    let line = try object(text)
    #expect(line["event"] as? Int == 1)
    #expect(line["pid"] as? Int == 5)
    #expect(line["tid"] as? Int == 6)
    #expect(line["state"] as? String == "state4")
    let micronats = (UInt64(scored.surprise.units) * 1_000_000) >> 24
    #expect(line["surprise"] as? Double == Double(micronats) / 1e6)
    #expect(line["scores"] as? [Double] == [Double(micronats) / 1e6])
  }
}
