import CPlatform
import KernelTrace
import ModelFormat
import Scoring

/// `mle-player score`: events in, verdicts out.
struct ScoreCommand: ~Copyable {
  private var session: ScoringSession
  private var output = Output(descriptor: 1)
  private let printsScores: Bool
  private let explains: Bool
  #if !hasFeature(Embedded)
    /// Where it is there, verdicts are looked for instead of printed.
    var replay: AlertReplay?
  #endif

  init(_ session: ScoringSession, _ arguments: Arguments) {
    self.session = session
    printsScores = arguments.printsScores
    explains = arguments.explains
  }

  /// Scores everything that `descriptor` gives, and says everything that is known by then before it
  /// waits for more.
  ///
  /// - Returns: at which byte a capture was cut off, nil for one that is whole and for text.
  mutating func run(_ descriptor: Int32) throws(Failure) -> UInt64? {
    let capacity = 1 << 16
    guard let buffer = mle_reserve(capacity) else { throw .noMemory(byteCount: capacity) }
    var chunk = try Self.fill(buffer, capacity, descriptor)
    guard let first = chunk.first else { throw .noEvents }
    var cutOff: UInt64?
    if first == 0x89 {
      cutOff = try scoreCapture(&chunk, buffer, capacity, descriptor)
    } else {
      try scoreText(&chunk, buffer, capacity, descriptor)
    }
    try flush()
    if session.scorer.counters.events == 0 {
      if let cutOff { throw .cutOffBeforeEvents(offset: cutOff) }
      throw .noEvents
    }
    return cutOff
  }

  private mutating func scoreText(
    _ chunk: inout UnsafeRawBufferPointer, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
    _ descriptor: Int32
  ) throws(Failure) {
    var lines = LineReader()
    repeat {
      do throws(TraceTextError) {
        while let line = try lines.next(&chunk) { take(try TraceLine(parsing: line)) }
      } catch {
        try flush()
        throw .text(error, line: lines.lineNumber)
      }
      try flush()
      chunk = try Self.fill(buffer, capacity, descriptor)
    } while !chunk.isEmpty
    do throws(TraceTextError) {
      if let line = lines.last() { take(try TraceLine(parsing: line)) }
    } catch {
      try flush()
      throw .text(error, line: lines.lineNumber)
    }
  }

  private mutating func scoreCapture(
    _ chunk: inout UnsafeRawBufferPointer, _ buffer: UnsafeMutableRawPointer, _ capacity: Int,
    _ descriptor: Int32
  ) throws(Failure) -> UInt64? {
    var capture = CaptureReader()
    repeat {
      do throws(CaptureError) {
        while let item = try capture.next(&chunk) { take(item) }
      } catch {
        try flush()
        throw .capture(error)
      }
      try flush()
      chunk = try Self.fill(buffer, capacity, descriptor)
    } while !chunk.isEmpty
    if case .cutOff(let offset) = capture.end { return offset }
    return nil
  }

  private mutating func take(_ line: TraceLine) {
    switch line {
    case .blank: break
    case .namedEvent(let thread, let name, let time):
      let state = session.model.vocabulary.index(ofName: name) ?? 0
      score(TraceEvent(thread: thread, state: 0, time: time), state)
    case .record(.event(let event)):
      score(event, session.model.vocabulary.index(ofID: event.state) ?? 0)
    case .record(let record): session.follow(record)
    }
  }

  private mutating func take(_ item: CaptureItem) {
    switch item {
    case .stateName(let id, let name): session.nameState(id, name)
    case .record(.event(let event)): score(event, session.captureStates.state(of: event.state))
    case .record(let record): session.follow(record)
    }
  }

  private mutating func score(_ event: TraceEvent, _ state: Int) {
    let scored = session.scorer.score(event.thread, state: state, time: event.time)
    if scored.verdict != nil || looksAtAll { report(event, state, scored) }
  }

  private var looksAtAll: Bool {
    #if hasFeature(Embedded)
      printsScores
    #else
      printsScores || replay != nil
    #endif
  }

  /// Not inlined: it takes a copy of the scorer's description.
  @inline(never)
  private mutating func report(_ event: TraceEvent, _ state: Int, _ scored: ScoredEvent) {
    if printsScores { output.put(event, state: state, scored, by: session.scorer) }
    #if !hasFeature(Embedded)
      if let replay {
        replay.take(event, scored, by: session.scorer)
        return
      }
    #endif
    if let verdict = scored.verdict {
      output.put(verdict, by: session.scorer, explained: explains)
    }
  }

  /// Prints the hash over all scores.
  mutating func printDigest() throws(Failure) {
    output.put("{\"digest\":\"")
    output.put(session.scorer.digest.value, width: 16, radix: 16)
    output.put("\",\"events\":")
    output.put(session.scorer.counters.events)
    output.put("}\n")
    try flush()
  }

  /// One line on what was seen.
  func printSummary(_ diagnostics: inout Diagnostics) {
    diagnostics.put(session.scorer.counters)
  }

  private mutating func flush() throws(Failure) {
    output.flush()
    if output.hasFailed { throw .cannotWrite }
  }

  /// The next bytes of `descriptor`; none at its end.
  private static func fill(
    _ buffer: UnsafeMutableRawPointer, _ capacity: Int, _ descriptor: Int32
  ) throws(Failure) -> UnsafeRawBufferPointer {
    let count = try readSome(descriptor, into: buffer, capacity)
    return UnsafeRawBufferPointer(start: buffer, count: count)
  }
}
