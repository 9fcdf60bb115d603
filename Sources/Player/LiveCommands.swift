/// The commands of a player besides `score` and `info`. What a player has not, the linker leaves out.
protocol FurtherCommands {
  /// How they are called, and their options, for `--help`.
  static var synopsis: StaticString { get }
  static var options: StaticString { get }

  /// Runs the command that the arguments name, if it is one of these.
  ///
  /// - Returns: how it ended; nil where the command is another.
  static func run(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ diagnostics: inout Diagnostics
  ) throws(Arguments.Mistake) -> ExitCode?
}

/// None: the player of a device that has a source of its own.
enum NoFurtherCommands: FurtherCommands {
  static let synopsis: StaticString = ""
  static let options: StaticString = ""

  static func run(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ diagnostics: inout Diagnostics
  ) throws(Arguments.Mistake) -> ExitCode? { nil }
}

/// Those of the live source: `record` and `watch`.
enum LiveCommands: FurtherCommands {
  static let synopsis: StaticString = """
           mle-player record -o CAPTURE.mlt WHOM [options]
           mle-player watch [PROGRAM=]MODEL.mle... WHOM [options]

    """

  static let options: StaticString = """
    record  writes the system calls of running processes into a capture, until they have ended
            or SIGINT or SIGTERM comes; needs root and a kernel with tracepoints
      -o CAPTURE.mlt     the capture, which must not exist; - is standard output
      --rotate-size MIB  begins a new file, CAPTURE.1.mlt and so on, after so many MiB
      --rotate-seconds S the same after so many seconds
    watch   scores the system calls of running processes as they come, alerts, and stops processes
            that are anomalous; a model is for the processes that run PROGRAM (its name, or the
            path of its executable file) and all that they start, or for all others
      --mode MODE        observe (the default) says what it finds; alert is for whoever is on duty;
                         enforce stops the process and what it belongs to, then kills it
      --kill-after MS    from stopping to killing in milliseconds, 0...3600000 (default 1000)
      --kill-budget N    at most so many responses an hour, 0...1000 (default 60)
      --kill-on-lossy    acts even where events were lost or too little is known of a process
      --allow PROGRAM    is never touched; may be given again, as all that may be several
      --reach REACH      process: it and its descendants; job (the default): all that its service
                         started it for; cgroup: all of the watched cgroup
      --alerts FILE      alerts are appended to FILE instead of going to standard output
      --syslog           to the system's log, unless observing; --syslog-socket PATH: not that at
                         /dev/log
      --alert-rate N     so many alerts a minute are written besides stops and kills (default 60)
      --explain          lists the window of each verdict
      --metrics FILE     keeps FILE in the text format of Prometheus up to date
      --model [PROGRAM=]FILE     the same as a model without --model
      --fallback [PROGRAM=]FILE  is taken where the model for PROGRAM is refused at the start
      --processes N      threads told apart at a time by each model, 2...65536 (default 256)
      --config FILE      has lines of KEY = VALUE, where KEY is an option without dashes, not exec
    Whom to record or watch, one of:
      --pid PID          a process and all its descendants
      --cgroup DIRECTORY all processes in a cgroup; the best choice for servers that fork
      --comm NAME        all programs of this name and their descendants; one that begins later
                         is found within a second
      --exec COMMAND...  a program that is started for this; takes the rest of the line
    and how:
      --ring-kib N       memory for events in flight, for each CPU in KiB, a power of two,
                         4...1048576 (default 2048)

    """

  static func run(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ diagnostics: inout Diagnostics
  ) throws(Arguments.Mistake) -> ExitCode? {
    guard count > 1, let name = arguments[1] else { return nil }
    if Arguments.matches(name, "record") {
      return record(try RecordOptions(count, arguments, from: 2), &diagnostics)
    } else if Arguments.matches(name, "watch") {
      var options = WatchOptions()
      try options.take(count, arguments, from: 2)
      // Where they name a file, it has a part in what is missing.
      if options.configuration == nil { try options.finish() }
      return Player.watch(options, count, arguments, &diagnostics)
    }
    return nil
  }

  private static func record(
    _ options: RecordOptions, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    do throws(Failure) {
      var command = try RecordCommand.beginning(options)
      try command.run(&diagnostics)
      command.printSummary(&diagnostics)
      return .success
    } catch {
      if case .live = error {
        diagnostics.put(error, options.source.targetName)
      } else {
        diagnostics.put(error, options.file)
      }
      return error.exitCode
    }
  }
}
