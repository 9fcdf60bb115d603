/// What `--help` prints: of all players, and between that of the commands that a player has besides.
enum Usage {
  /// How scoring is called.
  static let synopsis: StaticString = """
    usage: mle-player score MODEL.mle [CAPTURE] [options]
           mle-player info MODEL.mle [--processes N]

    """

  /// The rest of it, and the options.
  static let scoring: StaticString = """
           mle-player --help | --version

    score   reads events (a .mlt capture or lines of text; standard input without CAPTURE or
            with -) and prints a JSON line for every process that becomes anomalous
      --scores           prints every event's surprise and score too
      --explain          lists the window of each verdict: surprise and what was expected
      --replay ALERTS    says of each alert in ALERTS, which score has printed before, whether it comes
                         out again to the last bit; exit code 65 if not (on workstations only)
      --digest           prints a hash over the bits of all scores at the end
      --processes N      processes (threads) told apart at a time, 2...65536 (default 256)
      --skip-self-test   starts without scoring the blob's golden events first
    info    prints dimensions, threshold and the memory that N processes take

    """

  /// What is the same for all commands.
  static let closing: StaticString = """

    A line of text is PID TID STATE [TIME], fork PPID PTID PID TID [TIME],
    exec PID TID NAME [TIME], exit PID TID [TIME] or lost COUNT [PID TID] [TIME].
    Verdicts go to standard output, all else to standard error.
    Exit codes: 0, 64 usage, 65 bad blob or events, 66 no input, 70 defect, 74 input or output,
    77 no permission.

    """
}
