import TestSupport
import Testing

/// `mle-player-score` is the player without `record` and `watch`, and nothing else.
@Suite struct ScoringPlayerTests {
  private let directory: TemporaryDirectory
  private let model: String

  init() throws {
    directory = try TemporaryDirectory()
    model = try directory.write(GoldenModel.tcn.blob.description.encoded(), to: "model.mle")
  }

  @Test(arguments: [true, false]) func itPrintsWhatThePlayerPrints(isText: Bool) throws {
    let replay = Replay(events: 1500, vocabularySize: GoldenModel.vocabularySize, seed: 7)
    let events = try directory.write(isText ? replay.text : replay.capture(), to: "events")
    for arguments in [
      ["score", model, events, "--processes", "16", "--scores", "--digest"],
      ["info", model, "--processes", "9"], ["score", model, "--nonsense"], ["--version"],
    ] {
      let outcome = try Program.scoringPlayer.run(arguments)
      let expected = try Program.player.run(arguments)
      #expect(outcome.output == expected.output)
      #expect(outcome.errors == expected.errors)
      #expect(outcome.status == expected.status)
    }
  }

  @Test(arguments: ["record", "watch"]) func itHasNoLiveCommands(command: String) throws {
    let outcome = try Program.scoringPlayer.run([command, model, "--pid", "1"])
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == "mle-player: unknown command \(command); see mle-player --help\n")
  }

  @Test func itsHelpNamesItsOwnCommandsOnly() throws {
    let all = try Program.player.run(["--help"]).lines
    let own = try Program.scoringPlayer.run(["--help"]).lines
    #expect(own.contains { $0.contains("mle-player score MODEL.mle") })
    #expect(!own.contains { $0.contains("record") || $0.contains("watch") || $0.contains("--pid") })
    #expect(own == all.filter { Set(own).contains($0) })
    #expect(all.contains { $0.contains("mle-player watch") })
  }
}
