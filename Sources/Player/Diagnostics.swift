import CPlatform
import KernelTrace
import LiveTrace
import ModelFormat
import Scoring

/// What the player says on standard error: *mle-player: file: fact; remedy*.
struct Diagnostics: ~Copyable {
  private var output: Output

  init(descriptor: Int32 = 2) { output = Output(descriptor: descriptor) }

  /// From here on, a line that its reader has no room for is dropped: who watches or records waits for
  /// nobody, and for no terminal on standard output either.
  mutating func stopWaiting() {
    output.waits = false
    mle_stop_waiting_for_terminals()
  }

  @inline(never)
  mutating func put(_ failure: Failure, _ file: UnsafePointer<CChar>?) {
    if failure.isOfOutput { output.put("mle-player: standard output: ") } else { begin(file) }
    if case .text(_, let line) = failure {
      output.put("line ")
      output.put(line)
      output.put(": ")
    }
    put(failure.message)
  }

  @inline(never)
  mutating func put(_ message: Message, _ file: UnsafePointer<CChar>?) {
    begin(file)
    put(message)
  }

  /// What has come up since a source began.
  mutating func put(troubleOf source: inout LiveSource, _ name: UnsafePointer<CChar>?) {
    while let trouble = source.takeTrouble() {
      begin(name)
      output.put("warning: not everything is watched: ")
      put(trouble.message)
    }
  }

  mutating func put(_ counters: ScoringCounters) {
    output.put("mle-player: ")
    item(counters.events, " events of ")
    item(counters.threads, " processes, ")
    item(counters.unknownEvents, " of an unknown state; ")
    item(counters.alarms, counters.alarms == 1 ? " alarm" : " alarms")
    if counters.lostRecords > 0 {
      output.put("; ")
      item(counters.lostRecords, " records lost by the source")
    }
    if counters.evictions > 0 {
      output.put("; ")
      item(counters.evictions, " processes gave way in a full table (--processes)")
    }
    end()
  }

  /// What was recorded.
  mutating func put(_ counters: LiveCounters, bytes: UInt64, files: Int) {
    output.put("mle-player: ")
    items(counters, bytes: bytes)
    if files > 1 { item(UInt64(files), " files") } else { output.put("1 file") }
    end()
  }

  /// What was watched.
  mutating func put(
    _ source: LiveCounters, _ watch: WatchCounters, suppressed: UInt64, undelivered: UInt64
  ) {
    output.put("mle-player: ")
    item(source.events, " events of ")
    item(source.processes, " processes, ")
    item(watch.scoredEvents, " scored; ")
    item(source.lostRecords, " records lost; ")
    item(watch.verdicts, watch.verdicts == 1 ? " verdict, " : " verdicts, ")
    item(watch.incidents, watch.incidents == 1 ? " incident, " : " incidents, ")
    item(watch.killedProcesses, " processes killed")
    if watch.shedProcesses > 0 {
      output.put("; ")
      item(watch.shedProcesses, " processes not scored for lack of time")
    }
    if suppressed > 0 {
      output.put("; ")
      item(suppressed, " alerts over the rate")
    }
    if undelivered > 0 {
      output.put("; ")
      item(undelivered, " alerts not written")
    }
    end()
  }

  /// Something about no file.
  mutating func note(_ message: Message) {
    output.put("mle-player: ")
    put(message)
  }

  /// How far a recording is, on a line of a terminal that is written again and again.
  mutating func putProgress(_ counters: LiveCounters, bytes: UInt64) {
    output.put("\r")
    items(counters, bytes: bytes)
    output.put("recording  ")
    output.flush()
  }

  mutating func endProgress() { end() }

  private mutating func items(_ counters: LiveCounters, bytes: UInt64) {
    item(counters.events, " events of ")
    item(counters.processes, " processes, ")
    item(counters.unknownCalls, " of unknown calls; ")
    item(counters.lostRecords, " records lost; ")
    item(bytes, " bytes, ")
  }

  /// A wrong command line; `file` has options, too.
  mutating func put(
    _ mistake: Arguments.Mistake,
    in arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    besides file: UnsafePointer<CChar>? = nil
  ) {
    // What no single word shows may be wrong in either.
    if mistake.index == nil, let file { begin(file) } else { output.put("mle-player: ") }
    explain(mistake, arguments)
  }

  /// A line of a configuration file that is none.
  mutating func put(_ mistake: ConfigurationFile.Mistake, _ file: UnsafePointer<CChar>) {
    begin(file)
    output.put("line ")
    output.put(mistake.line)
    output.put(": ")
    switch mistake {
    case .noEqualsSign: output.put("no equals sign; write KEY = VALUE")
    case .noKey: output.put("no key before the equals sign; write KEY = VALUE")
    case .noValue: output.put("no value after the equals sign; write KEY = VALUE")
    case .notYesOrNo: output.put("takes yes or no; write one of them")
    case .zeroByte: output.put("a zero byte; name a text file")
    case .notInFile: output.put("only on the command line; remove it")
    }
    end()
  }

  /// A wrong line of a configuration file, where all are words of a command line.
  mutating func put(
    _ mistake: Arguments.Mistake, in configuration: ConfigurationFile,
    _ file: UnsafePointer<CChar>
  ) {
    begin(file)
    if let index = mistake.index {
      output.put("line ")
      output.put(configuration.line(ofWord: index))
      output.put(": ")
    }
    explain(mistake, configuration.words)
  }

  private mutating func explain(
    _ mistake: Arguments.Mistake, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) {
    switch mistake {
    case .helpAsked, .versionAsked: break
    case .noCommand: output.put("no command")
    case .noModel: output.put("no model; name a .mle file")
    case .unknownCommand(let index): quote("unknown command ", arguments[index])
    case .unknownOption(let index): quote("unknown option ", arguments[index])
    case .notForThisCommand(let index): quote("not an option of this command: ", arguments[index])
    case .surplus(let index): quote("one argument too many: ", arguments[index])
    case .noTarget: output.put("nobody to watch; name --pid, --cgroup, --comm or --exec")
    case .noOutput: output.put("no capture; name one with -o")
    case .rotatesStandardOutput: output.put("standard output cannot be rotated")
    case .noValue(let index): quote("no value for ", arguments[index])
    case .secondTarget(let index): quote("one whom to watch too many: ", arguments[index])
    case .badValue(let index, let expected):
      quote("no good value for ", arguments[index])
      output.put(", which takes ")
      output.put(expected)
    case .reachWithoutCgroup: output.put("--reach cgroup needs --cgroup")
    case .syslogWhileObserving: output.put("--syslog needs --mode alert or enforce")
    case .fallbackOfNothing: output.put("--fallback is for a program that no model is for")
    case .secondModel: output.put("two models are for the same program")
    }
    output.put("; see mle-player --help")
    end()
  }

  private mutating func quote(_ fact: StaticString, _ text: UnsafePointer<CChar>?) {
    output.put(fact)
    if let text { output.put(cString: text) }
  }

  private mutating func item(_ number: UInt64, _ text: StaticString) {
    output.put(number)
    output.put(text)
  }

  @inline(never)
  private mutating func begin(_ file: UnsafePointer<CChar>?) {
    output.put("mle-player: ")
    if let file { output.put(cString: file) } else { output.put("standard input") }
    output.put(": ")
  }

  @inline(never)
  private mutating func put(_ message: Message) {
    message.write { output.put(byte: $0) }
    end()
  }

  private mutating func end() {
    output.put("\n")
    output.flush()
    output.hasFailed = false
  }
}
