import CPlatform
import KernelTrace
import ModelFormat
import Scoring

/// A blob at work: the scorer and the memory that it and the player take for it. The blob's bytes
/// must outlive it.
final class ScoringSession {
  /// Nobody looks at it while it is changed; Swift would make sure of that at every event.
  @exclusivity(unchecked) var scorer: Scorer
  private(set) var captureStates: CaptureStates
  private let memory: UnsafeMutableRawPointer
  private let byteCount: Int

  var model: Model { scorer.model }

  /// Bytes that a session with `threads` threads takes besides the blob; `.max` where the machine
  /// cannot address as many.
  static func byteCount(for model: Model, threads: Int) -> Int {
    let scoring = Scorer.byteCount(for: model, threads: threads)
    let (sum, overflows) = scoring.addingReportingOverflow(CaptureStates.byteCount(for: model))
    return overflows ? .max : sum
  }

  /// - Throws: `.noMemory`.
  init(_ model: Model, threads: Int) throws(Failure) {
    byteCount = Self.byteCount(for: model, threads: threads)
    guard byteCount < .max, let memory = mle_reserve(byteCount) else {
      throw .noMemory(byteCount: byteCount)
    }
    self.memory = memory
    let scoring = byteCount - CaptureStates.byteCount(for: model)
    scorer = Scorer(
      model: model, memory: UnsafeMutableRawBufferPointer(start: memory, count: scoring),
      threads: threads)
    captureStates = CaptureStates(model, memory: memory + scoring)
  }

  /// One for two threads, in which the blob's golden events have the surprises that it says.
  ///
  /// - Throws: `.noMemory`, `.selfTest`.
  static func proven(_ model: Model) throws(Failure) -> ScoringSession {
    let session = try ScoringSession(model, threads: 2)
    do throws(GoldenMismatch) {
      try session.scorer.runGoldenEvents()
    } catch {
      throw .selfTest(error)
    }
    return session
  }

  deinit { mle_unreserve(memory, byteCount) }

  /// A capture names an id of its own; the blob knows the state by that name, or not.
  func nameState(_ id: UInt32, _ name: UnsafeRawBufferPointer) {
    if let state = model.vocabulary.index(ofName: name) {
      captureStates.add(id: id, state: state)
    }
  }

  /// Follows what threads do besides events.
  func follow(_ record: TraceRecord) {
    switch record {
    case .event: break
    case .fork(let parent, let child, _): scorer.fork(parent: parent, child: child)
    case .exec(let thread, let name, _): scorer.exec(thread, name: name)
    case .exit(let thread, _): scorer.exit(thread)
    case .lost(let count, let thread, _): scorer.lost(count, thread: thread)
    }
  }
}

/// From the state ids of a capture to those of the blob: open addressing, ids that the blob does
/// not know are left out.
struct CaptureStates {
  private struct Entry {
    var id: UInt32 = 0
    var state: UInt32 = 0
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let mask: Int
  private var count = 0

  private static func capacity(_ model: Model) -> Int {
    var capacity = 4
    while capacity < 2 * model.vocabulary.count { capacity *= 2 }
    return capacity
  }

  static func byteCount(for model: Model) -> Int {
    capacity(model) * MemoryLayout<Entry>.stride
  }

  init(_ model: Model, memory: UnsafeMutableRawPointer) {
    let capacity = Self.capacity(model)
    entries = memory.bindMemory(to: Entry.self, capacity: capacity)
    entries.initialize(repeating: Entry(), count: capacity)
    mask = capacity - 1
  }

  private func place(of id: UInt32) -> Int {
    var place = Int(truncatingIfNeeded: (id &* 0x9e37_79b1) >> 8) & mask
    while entries[place].id != 0 && entries[place].id != id { place = (place + 1) & mask }
    return place
  }

  /// A blob has no name twice, so that only a capture that has one could fill the table; its
  /// surplus ids stay unknown.
  mutating func add(id: UInt32, state: Int) {
    guard id != 0, count < mask else { return }
    let place = place(of: id)
    if entries[place].id == 0 { count += 1 }
    entries[place] = Entry(id: id, state: UInt32(state))
  }

  /// The blob's state for an id of a capture; 0 where the blob does not know it.
  func state(of id: UInt32) -> Int {
    id == 0 ? 0 : Int(entries[place(of: id)].state)
  }
}
