import KernelTrace
import ModelFormat

/// A seeded recording: threads that fork, run programs, end and do things, some of which no model
/// knows, and now and then a gap.
public struct Replay {
  /// Threads that live at a time.
  public static let threads = 48
  /// States that the recording names besides those of a model.
  public static let strangers = 4

  private var generator: SplitMix64
  private let vocabularySize: Int
  private var alive: [(thread: ThreadID, state: Int)] = []
  private var lastNumber: UInt32 = 100
  private var time: UInt64 = 1_000_000_000

  /// The bytes of a capture (`.mlt`) with `events` events of the states of a `TestModel` with
  /// `vocabularySize` states.
  public static func capture(events: Int, vocabularySize: Int, seed: UInt64) -> [UInt8] {
    var replay = Replay(
      generator: SplitMix64(seed: seed), vocabularySize: vocabularySize)
    return replay.write(events)
  }

  private init(generator: SplitMix64, vocabularySize: Int) {
    self.generator = generator
    self.vocabularySize = vocabularySize
  }

  private mutating func write(_ events: Int) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 15, alignment: 16)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    do {
      var writer = CaptureWriter(buffer: buffer) { block in
        bytes.append(contentsOf: block)
        return true
      }
      for id in 1..<(vocabularySize + Self.strangers) {
        let name = Array("state\(id)".utf8)
        try name.withUnsafeBytes { try writer.name(state: UInt32(id), $0) }
      }
      for _ in 0..<events {
        for record in change() { try writer.append(record) }
        try writer.append(event())
      }
      try writer.flush()
    } catch {
      preconditionFailure("a seeded record is refused: \(error)")
    }
    return bytes
  }

  private mutating func below(_ limit: Int) -> Int {
    Int(truncatingIfNeeded: generator.next() % UInt64(limit))
  }

  /// Mostly a step on from the thread's last state, so that a thread has habits; sometimes anything.
  private mutating func event() -> TraceRecord {
    let index = below(alive.count)
    let isHabit = below(8) > 0
    let last = alive[index].state
    alive[index].state =
      isHabit
      ? (last * 5 + 1 + below(3)) % vocabularySize : below(vocabularySize + Self.strangers)
    time += UInt64(below(100_000))
    return .event(
      TraceEvent(thread: alive[index].thread, state: UInt32(alive[index].state), time: time))
  }

  /// What happens to threads before the next event.
  private mutating func change() -> [TraceRecord] {
    if alive.isEmpty {
      let first = ThreadID(pid: lastNumber, tid: lastNumber)
      alive.append((first, 0))
      return [.exec(first, name: name("init"), time: time)]
    }
    if alive.count < Self.threads && below(20) == 0 { return fork() }
    switch below(2000) {
    case 0..<8 where alive.count > 1:
      return [.exit(alive.remove(at: below(alive.count)).thread, time: time)]
    case 8..<12:
      return [.exec(alive[below(alive.count)].thread, name: name("job"), time: time)]
    case 12: return [.lost(count: 3, thread: alive[below(alive.count)].thread, time: time)]
    case 13: return [.lost(count: 9, thread: nil, time: time)]
    default: return []
    }
  }

  /// A new process or another thread of the parent's.
  private mutating func fork() -> [TraceRecord] {
    let (parent, state) = alive[below(alive.count)]
    lastNumber += 1
    let child = ThreadID(pid: below(3) == 0 ? parent.pid : lastNumber, tid: lastNumber)
    alive.append((child, state))
    return [.fork(parent: parent, child: child, time: time)]
  }

  private func name(_ text: StaticString) -> ProgramName {
    text.withUTF8Buffer { ProgramName(UnsafeRawBufferPointer($0)) }
  }
}
