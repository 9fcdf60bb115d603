import CPlatform
import KernelTrace
import ModelFormat

/// `mle-player score --replay`: does the same detector say the same of the same events?
extension Player {
  /// More than a year of alerts at the usual limit.
  private static let longestAlerts = 1 << 30

  static func replay(
    _ alerts: UnsafePointer<CChar>, _ model: Model, _ arguments: Arguments,
    _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    let replay: AlertReplay
    var command: ScoreCommand
    do throws(Failure) {
      replay = try load(alerts)
      command = ScoreCommand(
        try ScoringSession(model, threads: arguments.processes), arguments)
    } catch {
      diagnostics.put(error, alerts)
      return error.exitCode
    }
    command.replay = replay
    let code = run(&command, arguments, &diagnostics)
    guard code == .success else { return code }
    var output = Output(descriptor: 1)
    replay.write(to: &output)
    output.flush()
    if output.hasFailed {
      diagnostics.put(Failure.cannotWrite, nil)
      return .inputOutput
    }
    guard replay.differing == 0 else {
      diagnostics.put(
        Message(
          "# of # alerts come out differently; check the model, the capture and the options",
          replay.differing, replay.alerts.count), alerts)
      return .badData
    }
    diagnostics.put(
      Message("all # alerts come out the same, to the last bit", replay.alerts.count), alerts)
    return .success
  }

  private static func load(_ path: UnsafePointer<CChar>) throws(Failure) -> AlertReplay {
    let text = try read(path)
    let replay: AlertReplay
    do throws(JSONText.Mistake) {
      replay = try AlertReplay(text)
    } catch {
      throw .notJSON(offset: error.offset)
    }
    guard !replay.alerts.isEmpty else { throw .noAlerts }
    return replay
  }

  private static func read(_ path: UnsafePointer<CChar>) throws(Failure) -> [UInt8] {
    let descriptor = mle_open_for_reading(path)
    guard descriptor >= 0 else { throw .cannotOpen(code: -descriptor) }
    defer { _ = close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try readSome(descriptor, into: &chunk, chunk.count)
      if count == 0 { return text }
      text += chunk[..<count]
      if text.count > longestAlerts { throw .tooLong(limit: longestAlerts) }
    }
  }
}
