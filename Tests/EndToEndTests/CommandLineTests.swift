import Checkpoints
import Foundation
import TestSupport
import Testing

/// Help screens word for word, and mistakes on the command line.
///
/// After a change of an option: `MLE_UPDATE_HELP=1 swift test --filter CommandLineTests`, and look at
/// the difference that it makes.
@Suite struct CommandLineTests {
  struct Screen: CustomTestStringConvertible, Sendable {
    let program: Program
    let command: [String]

    var name: String {
      ([URL(fileURLWithPath: program.path).lastPathComponent] + command).joined(separator: "-")
    }
    var testDescription: String { name }
  }

  static let screens =
    [
      [], ["import"], ["info"], ["lint"], ["split"], ["capture"], ["train"], ["calibrate"],
      ["evaluate"], ["bench"], ["bench-detectors"], ["plot"],
    ].map { Screen(program: .trainer, command: $0) }
    + [[], ["freeze"], ["inspect"], ["verify"], ["emit-c"]].map {
      Screen(program: .exporter, command: $0)
    }
    + [Screen(program: .player, command: [])]

  @Test(arguments: screens) func theHelpScreenIsAsCommitted(screen: Screen) throws {
    let help = try screen.program.succeed(screen.command + ["--help"])
    #expect(help.errors.isEmpty)
    if ProcessInfo.processInfo.environment["MLE_UPDATE_HELP"] != nil {
      let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Help/\(screen.name).txt")
      try Data(help.output).write(to: source)
    } else {
      #expect(
        help.text == String(decoding: try Fixture.bytes("Help/\(screen.name).txt"), as: UTF8.self))
    }
  }

  @Test func theHelpScreenTellsTheDefaultsThatThereAre() throws {
    let help = try Program.trainer.succeed(["train", "--help"]).text
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for (key, value) in TrainingConfiguration().settings where key != "tied" {
      // The paragraph of an option goes up to the next one.
      let paragraph = try #require(help.components(separatedBy: " --\(key) ").last)
        .components(separatedBy: " --")[0]
      let number = Double(value)
      let told = try #require(
        paragraph.components(separatedBy: "(default: ").last?.components(separatedBy: ")")[0])
      #expect(told == value || (number != nil && Double(told) == number), "\(key): \(paragraph)")
    }
  }

  /// A command that nobody has added to the list above would not be tested.
  @Test(arguments: [Program.trainer, .exporter].map { Screen(program: $0, command: []) })
  func everyCommandHasAScreen(screen: Screen) throws {
    let lines = try screen.program.succeed(["--help"]).text.split(
      separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex(of: "SUBCOMMANDS:"))
    let listed = lines[(start + 1)...].prefix { !$0.isEmpty }
      .filter { $0.prefix(3) != "   " }.map { String($0.split(separator: " ")[0]) }
    let tested = Self.screens.filter { $0.program.path == screen.program.path }
      .compactMap(\.command.first)
    #expect(listed.sorted() == tested.sorted())
  }

  @Test(arguments: [Program.trainer, .exporter, .player].map { Screen(program: $0, command: []) })
  func theVersionIsANumber(screen: Screen) throws {
    let version = try screen.program.succeed(["--version"]).text
    #expect(version.split(separator: ".").count == 3)
    #expect(version.hasSuffix("\n"))
  }

  @Test(arguments: [
    [], ["play"], ["score"], ["score", "m", "c", "surplus"], ["score", "m", "--processes"],
    ["score", "m", "--processes", "1"], ["score", "m", "--processes", "65537"],
    ["score", "m", "--processes", "0x10"], ["score", "m", "--no-such-option"],
    ["info", "m", "--scores"], ["info", "m", "c"],
  ]) func thePlayerNamesMistakes(arguments: [String]) throws {
    let outcome = try Program.player.refuse(
      arguments, status: 64, saying: "; see mle-player --help")
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: [
    ["play"], ["import"], ["import", "x"], ["import", "x", "-o", "y", "--label", "good"],
    ["import", "x", "-o", "y", "--label", "normal", "--labels", "z"],
    ["import", "-", "-", "-o", "y"], ["import", "x", "-o", "y", "--format", "pcap"],
    ["split", "a", "--at", "1", "--first", "b", "--rest", "c"],
    ["capture", "a"], ["capture", "a", "-o", "b", "--text"], ["evaluate", "m"], ["plot", "m", "d"],
    ["calibrate", "c"], ["calibrate", "c", "d", "-o", "s", "--folds", "1"],
    ["calibrate", "c", "d", "-o", "s", "--folds", "3", "--unseen", "2"],
    ["evaluate", "m", "--normal", "a", "--multiples", "0"], ["train", "a"],
    ["evaluate", "m", "--normal", "a", "--multiples", "1,,2"],
    ["evaluate", "m", "--normal", "a", "--multiples", ","],
    ["evaluate", "m", "--normal", "a", "--multiples", "1,nan"],
    ["evaluate", "m", "--attack", "a", "--scores", "median"],
    ["evaluate", "m", "--attack", "a", "--scores", "mean,mean"],
    ["evaluate", "m", "--normal", "a", "--train", "t"],
    ["evaluate", "m", "--normal", "a", "--scores", "mean"],
    ["evaluate", "m", "--normal", "a", "--window-events", "200"],
    ["evaluate", "m", "--normal", "a", "--order", "6"],
    ["evaluate", "m", "--attack", "a", "--order", "6"],
    ["bench-detectors", "t"], ["bench-detectors", "t", "--attack", "a", "--order", "1"],
    ["bench-detectors", "t", "--attack", "a", "--window-events", "0"],
    ["lint"], ["lint", "d", "--top=-1"], ["lint", "d", "--order", "17"],
    ["train", "a", "-o", "b", "--threads", "0"], ["train", "a", "-o", "b", "--save-every=-1"],
    ["train", "a", "-o", "b", "--dilations", "1,,2"],
    ["train", "a", "--dry-run", "--resume"], ["train", "a", "--dry-run", "--log", "l"],
    ["train", "a", "-o", "b", "--max-seconds", "0"], ["bench"], ["bench", "lstm"],
    ["bench", "tcn-s", "--threads", "0"], ["bench", "tcn-s", "--seconds=-1"],
    ["bench", "tcn-s", "--losses", "1001"],
    ["train", "a", "-o", "b", "--network", "lstm"],
    ["train", "a", "-o", "b", "--epochs", "many"],
  ]) func theTrainerNamesMistakes(arguments: [String]) throws {
    try expectUsage(.trainer, arguments)
  }

  @Test(arguments: [
    [], ["c"], ["c", "--calibrate", "d"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "quantile:1.5"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "max:0"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "fixed:nan"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "fixed:1e-46"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "fixed:27.64"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "fixed:1e-9"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "max:1e39"],
    ["c", "--calibrate", "d", "-o", "m", "--window", "4097"],
    ["c", "--calibrate", "d", "-o", "m", "--ewma", "0"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "best"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "quantile:0.9"],
    ["c", "--calibrate", "d", "-o", "m", "--rule", "false-alarms:1"],
    ["c", "--calibrate", "d", "-o", "m", "--events-per-day", "250000"],
    ["c", "--calibrate", "d", "-o", "m", "--events-per-day", "0"],
    ["c", "--calibrate", "d", "-o", "m", "--window", "10", "--minimum-events", "11"],
    ["c", "--calibrate", "d", "-o", "m", "--unknown-surprise", "28"], ["verify"], ["inspect"],
  ]) func theExporterNamesMistakes(arguments: [String]) throws {
    try expectUsage(.exporter, arguments)
  }

  private func expectUsage(_ program: Program, _ arguments: [String]) throws {
    let outcome = try program.run(arguments)
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("Error: "), "\(outcome.errors)")
    #expect(outcome.errors.uppercased().contains("USAGE: "))
  }

  @Test(arguments: [
    ("--epochs", "0"), ("--channels", "257"), ("--kernel-width", "1"), ("--dilations", "1025"),
    ("--batch-tokens", "0"), ("--learning-rate", "0"), ("--dropout", "1"), ("--held-out", "0.6"),
    ("--unknown-rate", "1"), ("--clip-norm", "0"), ("--warmup", "2"), ("--weight-decay", "-1"),
    ("--min-count", "0"), ("--patience", "-1"), ("--learning-rate", "1e-46"),
    ("--dropout", "0.99999999"),
  ]) func aSettingOutOfItsRangeIsRefused(option: String, value: String) throws {
    let directory = try TemporaryDirectory()
    try Program.trainer.refuse(
      [
        "train", try Pipeline.get().first, "-o", directory.file("c.h5"), "--quiet",
        "\(option)=\(value)",
      ], status: 64, saying: "allowed")
    #expect(try directory.names().isEmpty)
  }
}
