/// What the command line asks for.
struct Arguments {
  enum Command { case score, info, record, watch }

  var command = Command.score
  /// The blob.
  var model: UnsafePointer<CChar>?
  /// A capture or a text file; standard input without one.
  var input: UnsafePointer<CChar>?
  var printsScores = false
  var printsDigest = false
  var explains = false
  /// Alerts to look for, of before.
  var replay: UnsafePointer<CChar>?
  var skipsSelfTest = false
  /// Threads told apart at a time.
  var processes = 256
  /// Only of `record`, which takes no model.
  var record: RecordOptions?
  /// Only of `watch`.
  var watch: WatchOptions?

  static let usage: StaticString = """
    usage: mle-player score MODEL.mle [CAPTURE] [options]
           mle-player info MODEL.mle [--processes N]
           mle-player record -o CAPTURE.mlt WHOM [options]
           mle-player watch [PROGRAM=]MODEL.mle... WHOM [options]
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
      --syslog           to the system's log; --syslog-socket PATH: not that at /dev/log
      --alert-rate N     so many alerts a minute are written, the rest counted (default 60)
      --explain          lists the window of each verdict
      --metrics FILE     keeps FILE in the text format of Prometheus up to date
      --model [PROGRAM=]FILE     the same as a model without --model
      --fallback [PROGRAM=]FILE  is taken where the model for PROGRAM is refused at the start
      --processes N      threads told apart at a time by each model, 2...65536 (default 256)
      --config FILE      has lines of KEY = VALUE, where KEY is an option without dashes
    Whom to record or watch, one of:
      --pid PID          a process and all its descendants
      --cgroup DIRECTORY all processes in a cgroup; the best choice for servers that fork
      --comm NAME        all programs of this name and their descendants; one that begins later
                         is found within a second
      --exec COMMAND...  a program that is started for this; takes the rest of the line
    and how:
      --ring-kib N       memory for events in flight, for each CPU in KiB, a power of two,
                         4...1048576 (default 2048)

    A line of text is PID TID STATE [TIME], fork PPID PTID PID TID [TIME],
    exec PID TID NAME [TIME], exit PID TID [TIME] or lost COUNT [PID TID] [TIME].
    Verdicts go to standard output, all else to standard error.
    Exit codes: 0, 64 usage, 65 bad blob or events, 66 no input, 70 defect, 74 input or output.

    """

  /// What is wrong with the command line; a number is that of the argument.
  enum Mistake: Error {
    case helpAsked, versionAsked, noCommand, noModel, badProcesses
    case noTarget, noOutput, badPID, badRing, rotatesStandardOutput
    case noValue(Int), secondTarget(Int), badRotation(Int)
    case badValue(Int, StaticString)
    case reachWithoutCgroup, syslogWhileObserving, fallbackOfNothing, secondModel
    case unknownCommand(Int), unknownOption(Int), notForThisCommand(Int), surplus(Int)
  }

  init(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(Mistake) {
    for index in 1..<max(count, 1) {
      // What follows it is another program's.
      guard let text = arguments[index], !Self.matches(text, "--exec") else { break }
      if Self.matches(text, "--help") || Self.matches(text, "-h") { throw .helpAsked }
      if Self.matches(text, "--version") { throw .versionAsked }
    }
    guard count > 1, let name = arguments[1] else { throw .noCommand }
    if Self.matches(name, "score") {
      command = .score
    } else if Self.matches(name, "info") {
      command = .info
    } else if Self.matches(name, "record") {
      command = .record
      record = try RecordOptions(count, arguments, from: 2)
      return
    } else if Self.matches(name, "watch") {
      command = .watch
      watch = try Self.watchOptions(count, arguments)
      return
    } else {
      throw .unknownCommand(1)
    }
    var index = 2
    while index < count, let text = arguments[index] {
      index += 1
      if Self.matches(text, "--processes") {
        guard index < count, let value = arguments[index],
          let number = Self.number(value, digits: 6), (2...65_536).contains(number)
        else { throw .badProcesses }
        processes = number
        index += 1
      } else if try !takeReplay(text, count, arguments, &index) {
        try take(text, index - 1)
      }
    }
    guard model != nil else { throw .noModel }
  }

  /// Takes `--replay`, which is not for devices, and moves `index` past its value.
  private mutating func takeReplay(
    _ text: UnsafePointer<CChar>, _ count: Int,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, _ index: inout Int
  ) throws(Mistake) -> Bool {
    #if hasFeature(Embedded)
      return false
    #else
      guard Self.matches(text, "--replay") else { return false }
      guard command == .score else { throw .notForThisCommand(index - 1) }
      guard index < count, let value = arguments[index] else { throw .noValue(index - 1) }
      replay = UnsafePointer(value)
      index += 1
      return true
    #endif
  }

  /// Those of the command line; where they name a file, it has a part in what is missing.
  private static func watchOptions(
    _ count: Int, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) throws(Mistake) -> WatchOptions {
    var options = WatchOptions()
    try options.take(count, arguments, from: 2)
    if options.configuration == nil { try options.finish() }
    return options
  }

  private mutating func take(
    _ text: UnsafeMutablePointer<CChar>, _ index: Int
  ) throws(Mistake) {
    let isOption = text[0] == 0x2d && text[1] != 0
    if isOption {
      try takeOption(text, index)
    } else if model == nil {
      model = UnsafePointer(text)
    } else if input == nil && command == .score {
      input = UnsafePointer(text)
    } else {
      throw .surplus(index)
    }
  }

  private mutating func takeOption(
    _ text: UnsafeMutablePointer<CChar>, _ index: Int
  ) throws(Mistake) {
    if Self.matches(text, "--scores") {
      printsScores = true
    } else if Self.matches(text, "--digest") {
      printsDigest = true
    } else if Self.matches(text, "--explain") {
      explains = true
    } else if Self.matches(text, "--skip-self-test") {
      skipsSelfTest = true
    } else {
      throw .unknownOption(index)
    }
    if command == .info { throw .notForThisCommand(index) }
  }

  static func matches(_ text: UnsafePointer<CChar>, _ word: StaticString) -> Bool {
    word.withUTF8Buffer { bytes in
      for (index, byte) in bytes.enumerated() where UInt8(bitPattern: text[index]) != byte {
        return false
      }
      return text[bytes.count] == 0
    }
  }

  /// A decimal number of at most so many digits.
  static func number(_ text: UnsafePointer<CChar>, digits: Int) -> Int? {
    var (value, index) = (0, 0)
    while text[index] != 0 {
      let digit = Int(text[index]) - 0x30
      guard (0...9).contains(digit), index < digits else { return nil }
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(digit)
      if overflows || carries { return nil }
      value = sum
      index += 1
    }
    return index == 0 ? nil : value
  }
}
