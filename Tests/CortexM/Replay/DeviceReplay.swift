import KernelTrace
import ModelFormat
import Scoring

/// Scores lines of the text protocol on a machine without an operating system and without a heap.
///
/// - Parameters:
///   - memory: `size` bytes at a multiple of 64, for the scorer.
///   - threads: how many are told apart.
///   - alarms: is given how many verdicts there were.
/// - Returns: the digest over all scores; 0 where the blob, a golden event or a line is refused or
///   the memory does not suffice.
@c(mle_device_replay)
public func deviceReplay(
  _ blob: UnsafeRawPointer, _ blobLength: Int, _ text: UnsafeRawPointer, _ textLength: Int,
  _ memory: UnsafeMutableRawPointer, _ size: Int, _ threads: Int,
  _ alarms: UnsafeMutablePointer<UInt32>
) -> UInt64 {
  do throws(Refusal) {
    var replay = try DeviceReplay(
      UnsafeRawBufferPointer(start: blob, count: blobLength),
      UnsafeMutableRawBufferPointer(start: memory, count: size), threads)
    try replay.run(UnsafeRawBufferPointer(start: text, count: textLength))
    alarms.pointee = UInt32(truncatingIfNeeded: replay.scorer.counters.alarms)
    return replay.scorer.digest.value
  } catch {
    return 0
  }
}

enum Refusal: Error {
  case blob(ModelFormatError), memory, goldenEvent(GoldenMismatch), line(TraceTextError)
}

struct DeviceReplay {
  var scorer: Scorer
  private let model: Model

  init(
    _ blob: UnsafeRawBufferPointer, _ memory: UnsafeMutableRawBufferPointer, _ threads: Int
  ) throws(Refusal) {
    do throws(ModelFormatError) { model = try Model(bytes: blob) } catch { throw .blob(error) }
    guard Scorer.byteCount(for: model, threads: threads) <= memory.count else { throw .memory }
    var trial = Scorer(model: model, memory: memory, threads: threads)
    do throws(GoldenMismatch) { try trial.runGoldenEvents() } catch { throw .goldenEvent(error) }
    scorer = Scorer(model: model, memory: memory, threads: threads)
  }

  mutating func run(_ text: UnsafeRawBufferPointer) throws(Refusal) {
    var start = 0
    for end in 0..<text.count where text[end] == UInt8(ascii: "\n") {
      let line = UnsafeRawBufferPointer(rebasing: text[start..<end])
      do throws(TraceTextError) { take(try TraceLine(parsing: line)) } catch { throw .line(error) }
      start = end + 1
    }
  }

  private mutating func take(_ line: TraceLine) {
    switch line {
    case .blank: break
    case .namedEvent(let thread, let name, let time):
      _ = scorer.score(thread, state: model.vocabulary.index(ofName: name) ?? 0, time: time)
    case .record(.event(let event)):
      let state = model.vocabulary.index(ofID: event.state) ?? 0
      _ = scorer.score(event.thread, state: state, time: event.time)
    case .record(.fork(let parent, let child, _)): scorer.fork(parent: parent, child: child)
    case .record(.exec(let thread, let name, _)): scorer.exec(thread, name: name)
    case .record(.exit(let thread, _)): scorer.exit(thread)
    case .record(.lost(let count, let thread, _)): scorer.lost(count, thread: thread)
    }
  }
}
