import KernelTrace
import Testing

@testable import LiveTrace

/// A machine of a test's own: what `/proc` would say.
final class TestProcesses {
  var names: [UInt32: String] = [:]
  var programsOf32Bits: Set<UInt32> = []
  var descriptors: [UInt32: [Int: DescriptorKind]] = [:]
  var gone: Set<UInt32> = []
  /// The calls that threads wait in.
  var calls: [UInt32: (number: Int32, arguments: InlineArray<6, UInt64>)] = [:]
}

struct TestInspector: ProcessInspector {
  let processes: TestProcesses

  func name(of thread: ThreadID) -> ProgramName? {
    processes.names[thread.tid].map { name in
      Array(name.utf8).withUnsafeBytes { ProgramName($0) }
    }
  }

  func runs32BitProgram(_ pid: UInt32) -> Bool? { processes.programsOf32Bits.contains(pid) }

  func forEachDescriptor(of pid: UInt32, _ body: (Int, DescriptorKind, Bool) -> Void) {
    for (number, kind) in processes.descriptors[pid] ?? [:] { body(number, kind, false) }
  }

  func descriptor(_ number: Int, of pid: UInt32) -> DescriptorKind? {
    processes.descriptors[pid]?[number]
  }

  func currentCall(of thread: ThreadID) -> (number: Int32, arguments: InlineArray<6, UInt64>)? {
    processes.calls[thread.tid]
  }

  func exists(_ thread: ThreadID) -> Bool { !processes.gone.contains(thread.tid) }
}

/// A joiner that is told what the kernel would have written, with its records as lines.
final class TestJoiner {
  let processes = TestProcesses()
  var joiner: CallJoiner<TestInspector>
  private(set) var time: UInt64 = 0
  private var lines: [String] = []

  init() throws {
    let tracepoints = try #require(TestJoiner.tracepoints())
    joiner = CallJoiner(
      tracepoints, inspector: TestInspector(processes: processes), ownProcess: 999)
  }

  static func tracepoints(is64Bit: Bool = true) -> Tracepoints? {
    let enter = Array((is64Bit ? TracepointBytes.enter : TracepointBytes.enter32).utf8)
    let leave = Array((is64Bit ? TracepointBytes.leave : TracepointBytes.leave32).utf8)
    return enter.withUnsafeBytes { enter in
      leave.withUnsafeBytes { leave in
        Array(TracepointBytes.exec.utf8).withUnsafeBytes { exec in
          Array(TracepointBytes.connect.utf8).withUnsafeBytes { connect in
            Tracepoints(
              enter: TracepointFormat(enter), leave: TracepointFormat(leave),
              exec: TracepointFormat(exec), connect: TracepointFormat(connect))
          }
        }
      }
    }
  }

  /// What came of everything up to here, since this was asked last.
  func records() -> [String] {
    defer { lines = [] }
    return lines
  }

  func take(_ record: PerfRecord) {
    time += 1
    var lines = lines
    joiner.take(record, at: time) { lines.append(Self.line($0)) }
    self.lines = lines
  }

  func resynchronize() {
    var lines = lines
    joiner.resynchronize(at: time) { lines.append(Self.line($0)) }
    while !joiner.stale.isEmpty { joiner.readStale() }
    self.lines = lines
  }

  /// Looks for threads that have ended, as once a second.
  func removeEnded() {
    var lines = lines
    joiner.removeEnded(at: time) { lines.append(Self.line($0)) }
    self.lines = lines
  }

  /// Looks for threads that have perhaps ended; gives those that are there still.
  func settle() -> [ThreadID] {
    var lines = lines
    defer { self.lines = lines }
    return joiner.settle(at: time) { lines.append(Self.line($0)) }
  }

  /// Goes on with a thread that said that it ends.
  func resume(_ id: ThreadID) {
    var lines = lines
    joiner.resume(id, at: time) { lines.append(Self.line($0)) }
    self.lines = lines
  }

  func hit(_ raw: [UInt8], pid: UInt32, tid: UInt32) {
    raw.withUnsafeBytes { take(.sample(ThreadID(pid: pid, tid: tid), raw: $0)) }
  }

  /// A call by its x86-64 number, entered and returned.
  func call(
    _ number: Int64, _ arguments: [UInt64] = [], result: Int64, pid: UInt32 = 7,
    tid: UInt32? = nil
  ) {
    enter(number, arguments, pid: pid, tid: tid)
    leave(number, result, pid: pid, tid: tid)
  }

  func enter(
    _ number: Int64, _ arguments: [UInt64] = [], pid: UInt32 = 7, tid: UInt32? = nil
  ) {
    hit(TracepointBytes.enter(number, arguments), pid: pid, tid: tid ?? pid)
  }

  func leave(_ number: Int64, _ result: Int64, pid: UInt32 = 7, tid: UInt32? = nil) {
    hit(TracepointBytes.leave(number, result), pid: pid, tid: tid ?? pid)
  }

  func fork(_ child: UInt32, process: UInt32? = nil, from pid: UInt32 = 7) {
    take(
      .fork(
        parent: ThreadID(pid: pid, tid: pid), child: ThreadID(pid: process ?? child, tid: child)))
  }

  /// A thread is killed.
  func exit(_ tid: UInt32, of pid: UInt32) {
    take(.exit(ThreadID(pid: pid, tid: tid)))
    processes.gone.insert(tid)
    _ = settle()
    processes.gone.remove(tid)
  }

  /// A record without its time; events by the names of their states.
  static func line(_ record: TraceRecord) -> String {
    switch record {
    case .event(let event):
      "\(event.thread.tid) \(stateName(event.state))"
    case .fork(let parent, let child, _):
      "fork \(parent.tid) -> \(child.pid)/\(child.tid)"
    case .exec(let thread, let name, _):
      "exec \(thread.tid) "
        + String(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self)
    case .exit(let thread, _): "exit \(thread.tid)"
    case .lost(let count, let thread, _): "lost \(count) \(thread.map { "\($0.tid)" } ?? "*")"
    }
  }

  static func stateName(_ state: UInt32) -> String {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
      String(decoding: buffer[..<SyscallAlphabet.writeName(of: state, into: buffer)], as: UTF8.self)
    }
  }
}
