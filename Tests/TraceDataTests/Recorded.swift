import KernelTrace
import TestSupport

@testable import TraceData

/// Short names for records, and data sets made of them.
enum Recorded {
  static func event(_ tid: UInt32, _ state: UInt32, _ time: UInt64) -> TraceRecord {
    .event(TraceEvent(thread: thread(tid), state: state, time: time))
  }

  static func fork(_ parent: UInt32, _ child: UInt32, _ time: UInt64) -> TraceRecord {
    .fork(parent: thread(parent), child: thread(child), time: time)
  }

  static func exec(_ tid: UInt32, _ name: String, _ time: UInt64) -> TraceRecord {
    .exec(thread(tid), name: Array(name.utf8).withUnsafeBytes { ProgramName($0) }, time: time)
  }

  static func exit(_ tid: UInt32, _ time: UInt64) -> TraceRecord { .exit(thread(tid), time: time) }

  static func thread(_ tid: UInt32) -> ThreadID { ThreadID(pid: tid, tid: tid) }

  static func writer(_ path: String, bufferBytes: Int = 64 << 20) throws(TraceDataError)
    -> TraceDatasetWriter
  {
    try TraceDatasetWriter(path: path, source: "test", createdBy: "tests", bufferBytes: bufferBytes)
  }

  static func dataset(
    _ records: [TraceRecord], in directory: TemporaryDirectory, name: String = "a.h5",
    bufferBytes: Int = 64 << 20
  ) throws -> TraceDataset {
    let writer = try writer(directory.file(name), bufferBytes: bufferBytes)
    for record in records { try writer.add(record) }
    try writer.finish()
    return try TraceDataset(path: directory.file(name))
  }

  /// A parent (1) that forks 2 after two events and 3 after three; 2 forks 4 before its first event.
  static let family = [
    exec(1, "server", 10), event(1, 5, 10), event(1, 6, 20), fork(1, 2, 25), event(1, 7, 30),
    fork(2, 4, 31), event(2, 8, 32), exec(2, "sh", 33), event(4, 9, 34), event(2, 5, 35),
    fork(1, 3, 36), event(1, 8, 40), exit(1, 40), event(3, 9, 41), exit(3, 41), exit(2, 50),
  ]

  /// Many threads that run side by side, fork and end.
  static func random(count: Int, seed: UInt64) -> [TraceRecord] {
    var random = SplitMix64(seed: seed)
    var records: [TraceRecord] = []
    var live: [UInt32] = [1]
    var nextThread: UInt32 = 2
    for time in 1...UInt64(count) {
      let index = Int.random(in: 0..<live.count, using: &random)
      switch Int.random(in: 0..<100, using: &random) {
      case 0...3:
        records.append(fork(live[index], nextThread, time))
        live.append(nextThread)
        nextThread += 1
      case 4...6 where live.count > 1: records.append(exit(live.remove(at: index), time))
      case 7: records.append(exec(live[index], "prog\(time % 7)", time))
      default:
        let state = UInt32.random(in: 1...40, using: &random)
        records.append(event(live[index], state, time))
      }
    }
    return records
  }
}
