import Foundation
import KernelTrace
import LiveTrace
import TestSupport
import Testing

@testable import Player
@testable import Scoring

@Suite struct MetricsTests {
  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1], activation: .relu, isTied: false),
    seed: 6, window: 4, minimumEvents: 2, threshold: 1.5)

  private func metrics(_ program: UnsafePointer<CChar>?) -> Metrics {
    var metrics = Metrics()
    metrics.counters.scoredEvents = 12
    metrics.counters.responses[3] = 7
    var scoring = ScoringCounters()
    scoring.evictions = 4
    scoring.unknownEvents = 5
    metrics.counters.busyTime = 1_500_000_999
    metrics.detectors = [
      DetectorMetrics(
        program: program, model: model.model, isFallback: true, passesSelfTest: false,
        highest: [Score(sum: 3 << 24, weight: 2)], scoring: scoring)
    ]
    return metrics
  }

  @Test func everySampleHasItsTypeBeforeIt() throws {
    let text = try written { metrics(nil).write(to: &$0) }
    var types: Set<Substring> = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# TYPE ") {
        #expect(types.insert(words[2]).inserted, "\(line)")
        #expect(words[3] == "counter" || words[3] == "gauge")
        #expect((words[3] == "counter") == words[2].hasSuffix("_total"))
      } else if !line.hasPrefix("#") {
        #expect(types.contains(line.prefix { $0 != "{" && $0 != " " }), "\(line)")
        #expect(words.last.flatMap { Double($0) } != nil, "\(line)")
      }
    }
    #expect(types.count > 15)
  }

  @Test func valuesAreWhereTheyBelong() throws {
    let text = try "httpd".withCString { program in
      try written { metrics(program).write(to: &$0) }
    }
    #expect(text.contains("\nmle_events_scored_total 12\n"))
    #expect(text.contains("\nmle_alerts_total{action=\"stopped\"} 7\n"))
    #expect(text.contains("\nmle_scoring_seconds_total 1.500000\n"))
    #expect(text.contains("\nmle_self_test_ok{program=\"httpd\"} 0\n"))
    #expect(text.contains(",fallback=\"1\"} 1\n"))
    #expect(text.contains("score_nats{program=\"httpd\",channel=\"window 4\"} 1.500000\n"))
    #expect(text.contains("\nmle_evictions_total{program=\"httpd\"} 4\n"))
    #expect(text.contains("\nmle_events_unknown_total{program=\"httpd\"} 5\n"))
  }

  @Test func aLongMemoryIsNotCalledAWindow() throws {
    var metrics = metrics(nil)
    let slow = model.changing { $0.channels[0].kind = .ewma }
    metrics.detectors = metrics.detectors.map {
      DetectorMetrics(
        program: $0.program, model: slow.model, isFallback: false, passesSelfTest: true,
        highest: $0.highest, scoring: $0.scoring)
    }
    let text = try written { metrics.write(to: &$0) }
    #expect(text.contains("mle_threshold_nats{program=\"\",channel=\"ewma 4\"} 1.5"))
    #expect(!text.contains("window"))
  }

  @Test func labelsAreEscaped() throws {
    let text = try "a\"b\\c\nd".withCString { program in
      try written { metrics(program).write(to: &$0) }
    }
    #expect(text.contains("mle_self_test_ok{program=\"a\\\"b\\\\c\\nd\"} 0\n"))
  }

  @Test func theFileIsReplacedAsAWhole() throws {
    let directory = try TemporaryDirectory()
    _ = try directory.write("old\n".utf8, to: "m.prom")
    let before = open(directory.file("m.prom"), O_RDONLY)
    defer { close(before) }
    let code = directory.file("m.prom").withCString { path in
      MetricsFile(path: path).write(metrics(nil))
    }
    #expect(code == 0)
    #expect(try directory.names() == ["m.prom"])
    #expect(String(decoding: try directory.read("m.prom"), as: UTF8.self).hasPrefix("# HELP mle_"))
    // Whoever had opened the old one has it whole.
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(before, &bytes, 16) == 4)
  }

  /// In a directory of others, who may have put anything there under the name of its next version.
  @Test func noLinkIsFollowed() throws {
    let directory = try TemporaryDirectory()
    let other = try directory.write("others'\n".utf8, to: "other")
    try #require(symlink(other, directory.file("m.prom.tmp")) == 0)
    let code = directory.file("m.prom").withCString { MetricsFile(path: $0).write(metrics(nil)) }
    #expect(code == 0)
    #expect(try directory.names() == ["m.prom", "other"])
    #expect(String(decoding: try directory.read("other"), as: UTF8.self) == "others'\n")
    #expect(String(decoding: try directory.read("m.prom"), as: UTF8.self).hasPrefix("# HELP mle_"))
  }

  @Test func aDirectoryThatIsNotThereIsSaid() {
    let code = "/nonexistent/m.prom".withCString { MetricsFile(path: $0).write(Metrics()) }
    #expect(code == 2)
  }
}
