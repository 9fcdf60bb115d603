import CPlatform
import KernelTrace
import ModelFormat
import Scoring

/// The player's entry point, called by C's `main`.
@c(mle_player_main)
public func playerMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Player.run(Int(count), arguments, LiveCommands.self).rawValue
}

/// The same of a player that scores and nothing else.
@c(mle_player_score_main)
public func scoringPlayerMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  Player.run(Int(count), arguments, NoFurtherCommands.self).rawValue
}

enum Player {
  static let version: StaticString = "0.1.0\n"

  static func run<Further: FurtherCommands>(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ further: Further.Type
  ) -> ExitCode {
    mle_prepare_standard_streams()
    var diagnostics = Diagnostics()
    do throws(Arguments.Mistake) {
      try Arguments.lookForHelp(count, arguments)
      if let ending = try further.run(count, arguments, &diagnostics) { return ending }
      return run(try Arguments(count, arguments), &diagnostics)
    } catch {
      switch error {
      case .helpAsked: return help(further, &diagnostics)
      case .versionAsked: return say(version, &diagnostics)
      default:
        diagnostics.put(error, in: arguments)
        return .usage
      }
    }
  }

  private static func help<Further: FurtherCommands>(
    _ further: Further.Type, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    var output = Output(descriptor: 1)
    output.put(Usage.synopsis)
    output.put(further.synopsis)
    output.put(Usage.scoring)
    output.put(further.options)
    output.put(Usage.closing)
    return finish(&output, &diagnostics)
  }

  private static func say(
    _ text: StaticString, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    var output = Output(descriptor: 1)
    output.put(text)
    return finish(&output, &diagnostics)
  }

  private static func finish(
    _ output: inout Output, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    output.flush()
    guard output.hasFailed else { return .success }
    diagnostics.put(.cannotWrite, nil)
    return .inputOutput
  }

  private static func run(_ arguments: Arguments, _ diagnostics: inout Diagnostics) -> ExitCode {
    guard let path = arguments.model else { return .usage }
    let model: Model
    do throws(Failure) {
      model = try ModelFile.load(path)
      if arguments.command == .score && !arguments.skipsSelfTest {
        _ = try ScoringSession.proven(model)
      }
    } catch {
      diagnostics.put(error, path)
      return error.exitCode
    }
    warnOfBlindChannels(model, path, &diagnostics)
    switch arguments.command {
    case .info: return info(model, arguments, &diagnostics)
    case .score:
      #if !hasFeature(Embedded)
        if let alerts = arguments.replay { return replay(alerts, model, arguments, &diagnostics) }
      #endif
      return score(model, arguments, &diagnostics)
    }
  }

  @inline(never)
  static func warnOfBlindChannels(
    _ model: Model, _ path: UnsafePointer<CChar>?, _ diagnostics: inout Diagnostics
  ) {
    for index in 0..<model.channelCount {
      let channel = model.channel(at: index)
      guard model.isBlind(channel) else { continue }
      let text: StaticString =
        switch channel.kind {
        case .window:
          "warning: window #: the threshold is over ln V, which no uniform guess reaches; evaluate it"
        case .ewma:
          "warning: ewma #: the threshold is over ln V, which no uniform guess reaches; evaluate it"
        }
      diagnostics.put(Message(text, channel.length), path)
    }
  }

  private static func info(
    _ model: Model, _ arguments: Arguments, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    var output = Output(descriptor: 1)
    InfoCommand.run(model, threads: arguments.processes, &output)
    return finish(&output, &diagnostics)
  }

  private static func score(
    _ model: Model, _ arguments: Arguments, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    do throws(Failure) {
      var command = ScoreCommand(
        try ScoringSession(model, threads: arguments.processes), arguments)
      return run(&command, arguments, &diagnostics)
    } catch {
      diagnostics.put(error, arguments.input)
      return error.exitCode
    }
  }

  /// Scores the input.
  static func run(
    _ command: inout ScoreCommand, _ arguments: Arguments, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    let (descriptor, file) = open(arguments.input)
    do throws(Failure) {
      guard descriptor >= 0 else { throw .cannotOpen(code: -descriptor) }
      if let offset = try command.run(descriptor) {
        diagnostics.put(
          Message("warning: is cut off at byte #; all whole blocks before it are scored", offset),
          file)
      }
      if arguments.printsDigest { try command.printDigest() }
      command.printSummary(&diagnostics)
      return .success
    } catch {
      diagnostics.put(error, file)
      return error.exitCode
    }
  }

  /// The input's descriptor and name; standard input without a name or with `-`.
  private static func open(
    _ input: UnsafePointer<CChar>?
  ) -> (descriptor: Int32, file: UnsafePointer<CChar>?) {
    guard let input, !(input[0] == 0x2d && input[1] == 0) else { return (0, nil) }
    return (mle_open_for_reading(input), input)
  }
}
