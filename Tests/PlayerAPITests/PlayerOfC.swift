import CMLEPlayer
import ModelFormat
import TestSupport

/// A blob, a player and its working memory, made and used as a C program does.
final class PlayerOfC {
  let blob: CallerMemory
  let storage: CallerMemory
  private(set) var memory = CallerMemory(count: 0)

  var player: OpaquePointer? { storage.start.map { OpaquePointer($0) } }
  var areMarginsIntact: Bool {
    blob.isMarginIntact && storage.isMarginIntact && memory.isMarginIntact
  }

  /// Not opened yet.
  init(_ blob: [UInt8]) {
    self.blob = CallerMemory(blob)
    storage = CallerMemory(count: mle_player_size())
  }

  /// Opened and, with a number of threads, started.
  convenience init(_ model: TestModel, threads: UInt32? = nil) throws {
    self.init(try model.description.encoded())
    try check(open())
    if let threads { try check(start(threads: threads)) }
  }

  func open() -> Status {
    Status(mle_player_open(player, storage.count, blob.start, blob.count))
  }

  func start(threads: UInt32) -> Status {
    memory = CallerMemory(count: mle_player_memory_size(player, threads))
    return Status(mle_player_start(player, memory.start, memory.count, threads))
  }

  func selfTest() -> Status {
    memory = CallerMemory(count: mle_player_memory_size(player, 2))
    return Status(mle_player_self_test(player, memory.start, memory.count))
  }

  func push(_ pid: UInt32, _ tid: UInt32, _ state: UInt32, time: UInt64 = 0) -> Status {
    Status(mle_player_push(player, pid, tid, state, time))
  }

  func exec(_ pid: UInt32, _ tid: UInt32, _ name: String) -> Status {
    Status(name.withCString { mle_player_exec(player, pid, tid, $0, name.utf8.count) })
  }

  var verdict: mle_verdict? {
    var verdict = mle_verdict()
    return Status(mle_player_verdict(player, &verdict)) == .ok ? verdict : nil
  }

  var scored: mle_scored_event? {
    var scored = mle_scored_event()
    return Status(mle_player_scored(player, &scored)) == .ok ? scored : nil
  }

  var counters: mle_counters {
    get throws {
      var counters = mle_counters()
      try check(Status(mle_player_counters(player, &counters)))
      return counters
    }
  }

  var explanation: (events: [mle_explained_event], earlier: mle_score) {
    get throws {
      var events: [mle_explained_event] = []
      var earlier = mle_score()
      let status = withUnsafeMutablePointer(to: &events) { list in
        mle_player_explain(
          player,
          { context, event in
            guard let event else { return }
            let list = context?.assumingMemoryBound(to: [mle_explained_event].self)
            list?.pointee.append(event.pointee)
          }, list, &earlier)
      }
      try check(Status(status))
      return (events, earlier)
    }
  }

  private func check(_ status: Status) throws(UnexpectedStatus) {
    guard status == .ok else { throw UnexpectedStatus(status: status) }
  }
}

/// The statuses of the header by name, so that a failed comparison says which.
enum Status: Equatable {
  case ok, verdict, nullPointer, notReady, misaligned, tooSmall, badBlob, selfTestFailed
  case badCapacity, badThread, badState, badChannel, noVerdict, noEvent
  case undeclared(Int32)

  static let declared: [(number: Int, status: Status)] = [
    (MLE_PLAYER_OK, .ok), (MLE_PLAYER_VERDICT, .verdict),
    (MLE_PLAYER_NULL_POINTER, .nullPointer), (MLE_PLAYER_NOT_READY, .notReady),
    (MLE_PLAYER_MISALIGNED, .misaligned), (MLE_PLAYER_TOO_SMALL, .tooSmall),
    (MLE_PLAYER_BAD_BLOB, .badBlob), (MLE_PLAYER_SELF_TEST_FAILED, .selfTestFailed),
    (MLE_PLAYER_BAD_CAPACITY, .badCapacity), (MLE_PLAYER_BAD_THREAD, .badThread),
    (MLE_PLAYER_BAD_STATE, .badState), (MLE_PLAYER_BAD_CHANNEL, .badChannel),
    (MLE_PLAYER_NO_VERDICT, .noVerdict), (MLE_PLAYER_NO_EVENT, .noEvent),
  ]

  init(_ number: mle_status) {
    self = Self.declared.first { $0.number == Int(number) }?.status ?? .undeclared(number)
  }
}

struct UnexpectedStatus: Error {
  let status: Status
}

/// What `mle_player_describe` writes.
func description(
  _ status: Int, of player: OpaquePointer? = nil, capacity: Int = 256
) -> (text: String, length: Int) {
  let memory = CallerMemory(count: capacity)
  let text = memory.start?.assumingMemoryBound(to: CChar.self)
  let length = mle_player_describe(player, mle_status(status), text, capacity)
  guard memory.isMarginIntact else { return ("wrote beside its memory", length) }
  return (capacity == 0 ? "" : text.map { String(cString: $0) } ?? "", length)
}
