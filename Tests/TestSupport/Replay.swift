import KernelTrace
import ModelFormat

/// A seeded recording: threads that fork, run programs, end and do things, some of which no model
/// knows, and now and then a gap.
public struct Replay: Sendable {
  /// What happened, in order.
  public let records: [TraceRecord]
  /// States have the ids below this one and are called as a `TestModel` calls them.
  private let stateCount: Int

  /// States that the recording has besides those of a model.
  private static let strangers = 4

  /// A recording of the states of a `TestModel` and a few others.
  public init(events: Int, vocabularySize: Int, seed: UInt64) {
    stateCount = vocabularySize + Self.strangers
    var source = ReplaySource(
      generator: SplitMix64(seed: seed), vocabularySize: vocabularySize, stateCount: stateCount)
    records = (0..<events).flatMap { _ in source.change() + [source.event()] }
  }

  /// As a capture file.
  ///
  /// - Throws: what a record is refused for.
  public func capture() throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 15, alignment: 16)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    var writer = CaptureWriter(buffer: buffer) { block in
      bytes.append(contentsOf: block)
      return true
    }
    for id in 1..<stateCount {
      let name = Self.name(id)
      try name.withUnsafeBytes { try writer.name(state: UInt32(id), $0) }
    }
    for record in records { try writer.append(record) }
    try writer.flush()
    return bytes
  }

  /// As lines of the text protocol.
  public var text: [UInt8] {
    var text: [UInt8] = []
    for record in records {
      if case .event(let event) = record, event.state > 0 {
        Self.name(Int(event.state)).withUnsafeBytes {
          record.appendLine(to: &text, stateName: $0)
        }
      } else {
        record.appendLine(to: &text)
      }
    }
    return text
  }

  private static func name(_ id: Int) -> [UInt8] { Array("state\(id)".utf8) }
}

/// Where the records of a replay come from.
private struct ReplaySource {
  private static let mostThreads = 48

  var generator: SplitMix64
  let vocabularySize: Int
  let stateCount: Int
  private var alive: [(thread: ThreadID, state: Int)] = []
  private var lastNumber: UInt32 = 100
  private var time: UInt64 = 1_000_000_000

  init(generator: SplitMix64, vocabularySize: Int, stateCount: Int) {
    self.generator = generator
    self.vocabularySize = vocabularySize
    self.stateCount = stateCount
  }

  private mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: generator.next() % UInt64(limit))
  }

  /// Mostly a step on from the thread's last state, so that a thread has habits; sometimes anything.
  mutating func event() -> TraceRecord {
    let index = below(alive.count)
    let isHabit = below(8) > 0
    let next = alive[index].state * 5 + 1 + below(3)
    alive[index].state = isHabit ? next % vocabularySize : below(stateCount)
    time += UInt64(below(100_000))
    return .event(
      TraceEvent(thread: alive[index].thread, state: UInt32(alive[index].state), time: time))
  }

  /// What happens to threads before the next event.
  mutating func change() -> [TraceRecord] {
    if alive.isEmpty {
      let first = ThreadID(pid: lastNumber, tid: lastNumber)
      alive.append((first, 0))
      return [.exec(first, name: Self.program("init"), time: time)]
    }
    if alive.count < Self.mostThreads && below(20) == 0 { return [fork()] }
    switch below(2000) {
    case 0..<8 where alive.count > 1:
      return [.exit(alive.remove(at: below(alive.count)).thread, time: time)]
    case 8..<12:
      return [.exec(alive[below(alive.count)].thread, name: Self.program("job"), time: time)]
    case 12: return [.lost(count: 3, thread: alive[below(alive.count)].thread, time: time)]
    case 13: return [.lost(count: 9, thread: nil, time: time)]
    default: return []
    }
  }

  /// A new process or another thread of the parent's.
  private mutating func fork() -> TraceRecord {
    let (parent, state) = alive[below(alive.count)]
    lastNumber += 1
    let child = ThreadID(pid: below(3) == 0 ? parent.pid : lastNumber, tid: lastNumber)
    alive.append((child, state))
    return .fork(parent: parent, child: child, time: time)
  }

  private static func program(_ name: StaticString) -> ProgramName {
    name.withUTF8Buffer { ProgramName(UnsafeRawBufferPointer($0)) }
  }
}
