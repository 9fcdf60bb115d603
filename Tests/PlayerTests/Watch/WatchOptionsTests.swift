import Foundation
import Testing

@testable import Player

@Suite struct WatchOptionsTests {
  /// Words as C has them, which live as long as the tests.
  private func words(
    _ list: [String]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
    let words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: list.count + 1)
    for (index, word) in list.enumerated() { (words + index).initialize(to: strdup(word)) }
    (words + list.count).initialize(to: nil)
    return words
  }

  private func parse(_ list: [String]) throws(Arguments.Mistake) -> WatchOptions {
    var options = WatchOptions()
    try options.take(list.count, words(list), from: 0)
    try options.finish()
    return options
  }

  private func mistake(_ list: String...) -> String {
    do throws(Arguments.Mistake) {
      return "\(try parse(list))"
    } catch {
      return "\(error)"
    }
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  @Test func theShortestCommandHasTheDefaults() throws {
    let options = try parse(["m.mle", "--pid", "17"])
    #expect(options.mode == .observe)
    #expect(options.killAfter == 1000)
    #expect(options.killBudget == 60)
    #expect(options.reach == .job)
    #expect(!options.killsOnLossy && !options.alerts.explains)
    #expect(options.alerts.perMinute == 60)
    #expect(options.processes == 256)
    #expect(options.models.count == 1)
    #expect(options.models[0].program == nil)
    #expect(text(options.models[0].file) == "m.mle")
    #expect(options.source.live.wakesAtUrgentCalls)
  }

  @Test func everyOptionIsTaken() throws {
    let options = try parse([
      "--model", "httpd=a.mle", "/bin/sh=b.mle", "c.mle", "--fallback", "httpd=last.mle", "--mode",
      "enforce", "--kill-after", "0", "--kill-budget", "7", "--kill-on-lossy", "--allow", "sshd",
      "--allow", "/sbin/init", "--reach", "cgroup", "--cgroup", "/cg", "--alerts", "log",
      "--syslog-socket", "@log", "--alert-rate", "9", "--explain", "--metrics", "prom",
      "--processes", "12", "--ring-kib", "64",
    ])
    #expect(options.models.map { text($0.program?.text) } == ["httpd", "/bin/sh", nil])
    #expect(options.models.map { text($0.file) } == ["a.mle", "b.mle", "c.mle"])
    #expect(options.models.map { text($0.fallback) } == ["last.mle", nil, nil])
    #expect(options.mode == .enforce && options.reach == .cgroup)
    #expect(options.killAfter == 0 && options.killBudget == 7 && options.killsOnLossy)
    #expect(options.allowed.map { text($0.text) } == ["sshd", "/sbin/init"])
    #expect(text(options.alerts.file) == "log" && text(options.alerts.syslog) == "@log")
    #expect(options.alerts.perMinute == 9 && options.alerts.explains)
    #expect(text(options.metrics) == "prom" && options.processes == 12)
    #expect(options.source.live.ringBytes == 65_536)
  }

  @Test func syslogIsAtDevLogUnlessASocketIsNamed() throws {
    let usual = ["m", "--pid", "1", "--mode", "alert", "--syslog"]
    #expect(text(try parse(usual).alerts.syslog) == "/dev/log")
    #expect(text(try parse(usual + ["--syslog-socket", "s"]).alerts.syslog) == "s")
    #expect(text(try parse(["--syslog-socket", "s"] + usual).alerts.syslog) == "s")
  }

  @Test func theLaterWordWins() throws {
    let words = ["m", "--pid", "1", "--mode", "alert", "--mode", "enforce"]
    #expect(try parse(words).mode == .enforce)
  }

  @Test func theCommandLineOverrulesWhomAFileNames() throws {
    var options = WatchOptions()
    try options.take(3, words(["m", "--cgroup", "/cg"]), from: 0)
    try options.take(2, words(["--comm", "httpd"]), from: 0)
    try options.finish()
    #expect(text(options.source.targetName) == "httpd")
    guard case .program? = options.source.target else {
      Issue.record("not the later one")
      return
    }
    // Twice in the same place is a mistake still.
    var mistake = ""
    do throws(Arguments.Mistake) {
      try options.take(4, words(["--pid", "1", "--pid", "2"]), from: 0)
    } catch {
      mistake = "\(error)"
    }
    #expect(mistake == "secondTarget(2)")
  }

  @Test func everyMistakeIsNamed() {
    #expect(mistake("--pid", "1") == "noModel")
    #expect(mistake("m") == "noTarget")
    #expect(mistake("m", "--pid", "1", "--comm", "x") == "secondTarget(3)")
    #expect(mistake("m", "--pid", "1", "--nonsense", "x") == "unknownOption(3)")
    #expect(mistake("m", "--pid", "1", "--mode") == "noValue(3)")
    #expect(mistake("m", "--pid", "1", "--mode", "") == "noValue(3)")
    #expect(mistake("m", "--pid", "1", "--mode", "kill").hasPrefix("badValue(3,"))
    #expect(mistake("m", "--pid", "1", "--reach", "all").hasPrefix("badValue(3,"))
    #expect(mistake("m", "--pid", "1", "--reach", "cgroup") == "reachWithoutCgroup")
    #expect(mistake("m", "--pid", "1", "--syslog") == "syslogWhileObserving")
    #expect(mistake("m", "--pid", "1", "--fallback", "x=f") == "fallbackOfNothing")
    #expect(mistake("m", "n", "--pid", "1") == "secondModel")
    #expect(mistake("x=m", "x=n", "--pid", "1") == "secondModel")
  }

  @Test(arguments: [
    ("--kill-after", "3600001"), ("--kill-after", "1s"), ("--kill-budget", "1001"),
    ("--kill-budget", "-1"), ("--alert-rate", "0"), ("--alert-rate", "100001"),
    ("--processes", "1"), ("--processes", "65537"),
  ]) func numbersHaveTheirRange(option: String, value: String) {
    #expect(mistake("m", "--pid", "1", option, value).hasPrefix("badValue(3,"))
  }

  @Test func anEqualsSignAtTheStartIsPartOfAName() throws {
    let options = try parse(["=m.mle", "--pid", "1"])
    #expect(options.models[0].program == nil)
    #expect(text(options.models[0].file) == "=m.mle")
  }
}
