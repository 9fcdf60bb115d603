import KernelTrace
import ModelFormat
import Scoring

/// What the player says on standard error: *mle-player: file: fact; remedy*.
struct Diagnostics: ~Copyable {
  private var output = Output(descriptor: 2)

  mutating func put(_ failure: Failure, _ file: UnsafePointer<CChar>?) {
    if failure.isOfOutput { output.put("mle-player: standard output: ") } else { begin(file) }
    if case .text(_, let line) = failure {
      output.put("line ")
      output.put(line)
      output.put(": ")
    }
    put(failure.message)
  }

  mutating func put(_ message: Message, _ file: UnsafePointer<CChar>?) {
    begin(file)
    put(message)
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

  /// A wrong command line.
  mutating func put(
    _ mistake: Arguments.Mistake,
    in arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) {
    output.put("mle-player: ")
    switch mistake {
    case .helpAsked, .versionAsked: break
    case .noCommand: output.put("no command")
    case .noModel: output.put("no model; name a .mle file")
    case .unknownCommand(let index): quote("unknown command ", arguments[index])
    case .unknownOption(let index): quote("unknown option ", arguments[index])
    case .notForThisCommand(let index): quote("not an option of this command: ", arguments[index])
    case .surplus(let index): quote("one argument too many: ", arguments[index])
    case .badProcesses: output.put("--processes takes a number from 2 to 65536")
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

  private mutating func begin(_ file: UnsafePointer<CChar>?) {
    output.put("mle-player: ")
    if let file { output.put(cString: file) } else { output.put("standard input") }
    output.put(": ")
  }

  private mutating func put(_ message: Message) {
    message.write { output.put(byte: $0) }
    end()
  }

  private mutating func end() {
    output.put("\n")
    output.flush()
  }
}
