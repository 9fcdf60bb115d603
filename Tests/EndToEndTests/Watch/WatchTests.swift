import Foundation
import TestSupport
import Testing

/// `mle-player watch` on this machine's kernel.
@Suite(.enabled(if: WatchedPlayer.isPossible, "needs root and tracepoints"))
struct WatchTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func run(
    _ taste: WatchedPlayer.Taste, _ options: [String], _ command: String
  ) throws -> Program.Outcome {
    let model = try WatchedPlayer.blob(taste, directory)
    return try Program.player.run(
      ["watch", model] + options + ["--exec", "/bin/sh", "-c", command])
  }

  private let loop = "while :; do cat /dev/null; done"

  @Test func observingTouchesNobody() throws {
    let outcome = try run(
      .seesEverything, [], "cat /dev/null; echo done > \(directory.file("end"))")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try directory.read("end") == Array("done\n".utf8))
    let lines = try WatchedPlayer.lines(outcome.text)
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0["action"] as? String == "observed" })
    #expect(outcome.errors.contains("0 incidents, 0 processes killed"))
  }

  @Test func enforcementStopsThenKillsAllOfIt() throws {
    let outcome = try run(
      .seesEverything, ["--mode", "enforce", "--kill-on-lossy", "--kill-after", "200"], loop)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try WatchedPlayer.lines(outcome.text)
    #expect(lines.first?["action"] as? String == "stopped")
    #expect(lines.last?["ended"] as? String == "killed")
    #expect((lines.last?["processes"] as? Int ?? 0) >= 1)
  }

  @Test func whatIsStoppedIsStillThereUntilItIsKilled() throws {
    // Without children: who waits for one in vfork cannot be seen to be stopped.
    let loop = "while :; do read x < /dev/null; done"
    let model = try WatchedPlayer.blob(.seesEverything, directory)
    let log = directory.file("alerts")
    let player = try Program.player.start([
      "watch", model, "--mode", "enforce", "--kill-on-lossy", "--kill-after", "600000", "--alerts",
      log, "--exec", "/bin/sh", "-c", loop,
    ])
    let stopped = {
      let text = (try? directory.read("alerts")) ?? []
      let lines = try? WatchedPlayer.lines(String(decoding: text, as: UTF8.self))
      return lines?.first { $0["action"] as? String == "stopped" }
    }
    try WatchedPlayer.wait("nobody is stopped") { stopped() != nil }
    let alert = try #require(stopped())
    let pid = try #require(alert["pid"] as? Int)
    let state = { (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? "" }
    try WatchedPlayer.wait("it runs") { state().contains(") T ") }
    // Nobody would kill it once the player has gone.
    player.send(SIGTERM)
    #expect(try player.wait().status == 0)
    try WatchedPlayer.wait("it is there still") { state().isEmpty || state().contains(") Z ") }
  }

  @Test func programsOnTheListGoOn() throws {
    let outcome = try run(
      .seesEverything,
      [
        "--mode", "enforce", "--kill-on-lossy", "--kill-after", "0", "--allow", "sh", "--allow",
        "cat",
      ],
      "cat /dev/null; echo done > \(directory.file("end"))")
    #expect(outcome.status == 0)
    #expect(try directory.read("end") == Array("done\n".utf8))
    let lines = try WatchedPlayer.lines(outcome.text)
    #expect(!lines.isEmpty)
    #expect(lines.allSatisfy { $0["reason"] as? String == "allowed" })
  }

  @Test func aBlobForAnotherProgramScoresNobody() throws {
    let model = try WatchedPlayer.blob(.seesEverything, directory)
    let outcome = try Program.player.run([
      "watch", "nobody=\(model)", "--exec", "/bin/sh", "-c", "cat /dev/null",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(" processes, 0 scored;"))
  }

  @Test func aBlobForAProgramScoresItAndItsChildren() throws {
    let model = try WatchedPlayer.blob(.seesEverything, directory)
    let outcome = try Program.player.run([
      "watch", "sh=\(model)", "--exec", "/bin/sh", "-c", "cat /dev/null; :",
    ])
    let lines = try WatchedPlayer.lines(outcome.text)
    #expect(lines.allSatisfy { $0["service"] as? String == "sh" })
    #expect(Set(lines.compactMap { $0["pid"] as? Int }).count >= 2)
  }

  @Test func metricsCountWhatWasSeen() throws {
    let outcome = try run(
      .seesEverything, ["--metrics", directory.file("m.prom")], "cat /dev/null; :")
    #expect(outcome.status == 0)
    let text = String(decoding: try directory.read("m.prom"), as: UTF8.self)
    #expect(try directory.names().filter { $0.hasPrefix("m.prom") } == ["m.prom"])
    var values: [Substring: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      values[words[0]] = words.last.flatMap { Double($0) }
    }
    let events = try #require(values["mle_events_total"])
    #expect(events > 20 && values["mle_events_scored_total"] == events)
    let observed = try #require(values["mle_alerts_total{action=\"observed\"}"])
    #expect(observed >= 2)
    #expect(try WatchedPlayer.lines(outcome.text).count == Int(observed))
    #expect(values["mle_self_test_ok{program=\"\"}"] == 1)
  }
}
