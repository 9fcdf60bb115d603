import Foundation
import FoundationXML
import TestSupport
import Testing
import TraceData

/// The page of `evaluate --report`, as a browser sees it.
@Suite struct ReportTests {
  private let files: Pipeline
  private let directory: TemporaryDirectory

  init() throws {
    files = try Pipeline.get()
    directory = try TemporaryDirectory()
  }

  private var page: String { directory.file("report.html") }

  /// Labels two stretches of the recording as attacks and evaluates on it.
  private func makePage() throws -> Program.Outcome {
    let labelled = try files.labelled(in: directory)
    try Program.trainer.succeed(
      [
        "train", files.first, "-o", directory.file("again.h5"), "--epochs", "3", "--log",
        directory.file("log.jsonl"), "--quiet",
      ] + Pipeline.network)
    return try Program.trainer.succeed([
      "evaluate", files.model, "--normal", files.rest, "--attack", labelled, "--train",
      files.first, "--multiples", "1,2", "--report", page, "--log", directory.file("log.jsonl"),
    ])
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed; Tests/run.sh installs it"))
  func aBrowserShowsAllOfIt() throws {
    let printed = try makePage()
    #expect(printed.text.contains("attack                   found"))
    let dom = try Browser.run(["--dump-dom", "file://" + page])
    let html = dom.text
    #expect(html.contains("<h1>What model.mle finds</h1>"))
    for heading in [
      "Scores over time", "Attacks found, by kind", "Why it alarmed",
      "The most surprising events", "How well scores tell attacks from normal traffic", "Training",
      "Where it comes from",
    ] { #expect(html.contains(">\(heading)</h2>"), "\(heading)") }
    // Two data sets over time, a histogram, the losses, and three curves of each view.
    let charts = html.matches(of: /<svg class="chart"/).count
    #expect(charts >= 2 + 1 + 1 + 3 && (charts - 4) % 3 == 0)
    #expect(html.matches(of: #/<path /#).count > 2 * charts)
    // The curves of the network, STIDE and the n-gram.
    for colour in ["s0", "s1", "s2"] { #expect(html.contains("<path class=\"\(colour)\" d=\"M")) }
    #expect(html.contains(">early</th>") && html.contains(">late</th>"))
    #expect(html.contains("<b>1.0 x largest</b>") && html.contains("<b>2.0 x largest</b>"))
    #expect(!dom.errors.contains("CONSOLE"), "\(dom.errors)")
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed; Tests/run.sh installs it"))
  func thePageCannotAskForAnything() throws {
    _ = try makePage()
    let html = String(decoding: try directory.read("report.html"), as: UTF8.self)
    for request in [
      "<img src=\"http://127.0.0.1:1/x\">", "<script>document.title = 'run'</script>",
      "<style>@import 'http://127.0.0.1:1/x.css';</style>",
    ] {
      let changed = try directory.write(
        html.replacingOccurrences(of: "<main>", with: "<main>" + request).utf8, to: "bad.html")
      let dom = try Browser.run(["--dump-dom", "file://" + changed])
      #expect(dom.errors.contains("violates the following Content Security Policy"), "\(request)")
      #expect(!dom.text.contains("<title>run"))
    }
  }

  @Test(.enabled(if: Browser.isThere, "chromium is not installed; Tests/run.sh installs it"))
  func itIsAPictureOnLightAndOnDarkPaper() throws {
    _ = try makePage()
    var pictures: [[UInt8]] = []
    for options in [[], ["--force-dark-mode"]] {
      let picture = directory.file("page\(pictures.count).png")
      _ = try Browser.run(
        options + ["--window-size=1160,1600", "--screenshot=\(picture)", "file://" + page])
      let bytes = try directory.read("page\(pictures.count).png")
      #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
      func number(at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 + Int($1) }
      }
      #expect(number(at: 16) == 1160 && number(at: 20) == 1600)
      // An empty page of this size takes a tenth of it.
      #expect(bytes.count > 50_000)
      pictures.append(bytes)
    }
    #expect(pictures[0] != pictures[1])
  }

  @Test func twoReportsOfTheSameAreTheSameBytes() throws {
    _ = try makePage()
    let first = try directory.read("report.html")
    _ = try makePage()
    #expect(try directory.read("report.html") == first)
  }

  @Test func whatAReportCannotBeMadeOfIsNamed() throws {
    try Program.trainer.refuse(
      ["evaluate", files.checkpoint, "--normal", files.rest, "--report", page], status: 64,
      saying: "\(files.checkpoint): a checkpoint has no threshold; ")
    let log = try directory.write("{\"epoch\":1}\n".utf8, to: "log.txt")
    try Program.trainer.refuse(
      ["evaluate", files.model, "--normal", files.rest, "--report", page, "--log", log],
      status: 65, saying: "\(log): line 1 tells of no epoch; ")
    // What can be known at once is told at once, before a log that is no log.
    let place = directory.file("no/where")
    try Program.trainer.refuse(
      ["evaluate", files.model, "--normal", files.rest, "--report", place, "--log", log],
      status: 74, saying: "\(place): No such file or directory; ")
    let options = ["evaluate", files.model, "--report", page, "--log", log, "--attack"]
    try Program.trainer.refuse(
      options + [files.rest], status: 65, saying: "nothing in it is labelled an attack; ")
    let labelled = try files.labelled(in: directory)
    try Program.trainer.refuse(
      options + [labelled, "--train", place], status: 66, saying: "\(place): no such file; ")
    let outcome = try Program.trainer.run(
      ["evaluate", files.model, "--normal", files.rest, "--log", log])
    #expect(outcome.status == 64 && outcome.errors.contains("--log is for --report."))
    #expect(try directory.names() == ["labelled.h5", "labels.txt", "log.txt"])
  }

  /// A clock that is near its end.
  @Test func aPlotOfLateTimesCanBeginAndEndAnywhere() throws {
    let data = directory.file("late.h5")
    let writer = try TraceDatasetWriter(path: data, source: "t", createdBy: "t")
    let start = UInt64.max - 5_000_000_000
    let sequence = writer.begin(SequenceEntry(pid: 1, tid: 1, start: start))
    for second in 0...4 as ClosedRange<UInt64> {
      try writer.append(7, at: start + second * 1_000_000_000, to: sequence)
    }
    try writer.finish()
    let plot = ["plot", files.model, data, "-o", directory.file("plot.svg")]
    try Program.trainer.refuse(
      plot + ["--from", "999999999"], status: 64, saying: "\(data): ends before --from")
    try Program.trainer.succeed(plot + ["--from", "1", "--seconds", "999999999"])
    #expect(XMLParser(data: Data(try directory.read("plot.svg"))).parse())
  }

  @Test func aPlotIsAPictureOfEveryChannel() throws {
    let model = directory.file("two.mle")
    try Program.exporter.succeed(
      [files.checkpoint, "--calibrate", files.first, "-o", model, "--window", "8", "--ewma", "20"])
    let picture = directory.file("plot.svg")
    try Program.trainer.succeed(["plot", model, files.data, "-o", picture])
    let svg = String(decoding: try directory.read("plot.svg"), as: UTF8.self)
    #expect(svg.contains("(window 8)</text>") && svg.contains("(ewma 20)</text>"))
    #expect(svg.matches(of: /class="threshold halo"/).count == 2)
    #expect(XMLParser(data: Data(svg.utf8)).parse())
  }
}

/// A browser without a window.
private enum Browser {
  private static let program = Program(path: "/usr/bin/chromium")

  static var isThere: Bool { access(program.path, X_OK) == 0 }

  /// - Throws: where it does not end well.
  static func run(_ arguments: [String]) throws -> Program.Outcome {
    let profile = try TemporaryDirectory()
    return try program.succeed(
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        "--disable-background-networking", "--disable-component-update", "--no-first-run",
        "--enable-logging=stderr", "--user-data-dir=\(profile.path)",
      ] + arguments)
  }
}
