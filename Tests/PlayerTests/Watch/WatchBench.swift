import Foundation
import KernelTrace
import LiveTrace
import ModelFormat
import TestSupport

@testable import Player

/// A responder that notes what it would do. Process 99 has ended, 98 may not be signalled, and 97 is
/// not to be had without descriptors.
struct NotingResponder: ProcessResponder {
  final class Notes: @unchecked Sendable {
    var lines: [String] = []
    var held: Set<UInt32> = []
    var names: [UInt32: String] = [:]
    /// Those that are there though their known threads have ended.
    var alive: Set<UInt32> = []
    var askedIfAlive = 0
    /// When those began that did not at 0, in nanoseconds.
    var begins: [UInt32: UInt64] = [:]
    /// By when each one must have begun.
    var times: [UInt32: UInt64] = [:]
    var hasDescriptors = false
    var executables: [UInt32: String] = [:]
    var parents: [UInt32: UInt32] = [:]
    /// Of those that began before the watch.
    var oldParents: [UInt32: UInt32] = [:]
  }

  let notes = Notes()

  func handle(of pid: UInt32, begunBy time: UInt64) throws(SignalFailure) -> ProcessHandle {
    if pid == 99 || notes.begins[pid] ?? 0 > time { throw SignalFailure(code: SignalFailure.ended) }
    if pid == 97 && !notes.hasDescriptors { throw SignalFailure(code: 24) }
    notes.held.insert(pid)
    notes.times[pid] = time
    return ProcessHandle(pid: pid)
  }

  func send(_ signal: Int32, to handle: ProcessHandle) -> Int32 {
    if handle.pid == 98 { return 1 }
    notes.lines.append("\(signal == ProcessSignals.stop ? "stop" : "kill") \(handle.pid)")
    return 0
  }

  func release(_ handle: ProcessHandle) { notes.held.remove(handle.pid) }

  func parent(of pid: UInt32, begunAfter time: UInt64?) -> UInt32? {
    notes.parents[pid] ?? (time == nil ? notes.oldParents[pid] : nil)
  }

  func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool {
    notes.executables[pid] == String(cString: executable)
  }

  func name(of pid: UInt32) -> ProgramName? {
    notes.names[pid].map { name in Array(name.utf8).withUnsafeBytes { ProgramName($0) } }
  }

  func isAlive(_ pid: UInt32, begunBy time: UInt64) -> Bool {
    notes.askedIfAlive += 1
    return notes.alive.contains(pid)
  }
}

/// A watch without a kernel: records go in by hand, and alerts come out as lines.
final class WatchBench {
  let directory: TemporaryDirectory
  let responder = NotingResponder()
  var engine: WatchEngine<NotingResponder>
  private var time: UInt64 = 1_000_000_000

  /// Blobs over the first states of the alphabet; "touchy" ones find everything anomalous after two
  /// events, the others nothing.
  init(
    _ models: [(program: String?, isTouchy: Bool)], mode: WatchMode = .enforce,
    killDelay: UInt64 = 1, budget: Int = 10, onLossy: Bool = true, rules: ResponseRules? = nil,
    perMinute: Int = 1000
  ) throws {
    directory = try TemporaryDirectory()
    var detectors: [Detector] = []
    for (index, model) in models.enumerated() {
      let file = try Self.blob(isTouchy: model.isTouchy, in: directory, "\(index).mle")
      detectors.append(
        try Detector.starting(
          ModelChoice(
            program: model.program.map { ProgramPattern(Self.kept($0)) }, file: Self.kept(file)),
          threads: 16
        ) { _ in })
    }
    var options = AlertOptions()
    options.file = Self.kept(directory.file("alerts"))
    options.perMinute = perMinute
    engine = WatchEngine(
      detectors,
      ResponsePolicy(
        mode: mode, killDelay: killDelay, killsOnLossy: onLossy, budget: KillBudget(limit: budget)),
      rules ?? ResponseRules(ownProcess: 77), try AlertLog.opening(options), responder)
  }

  /// A text as C has it, which lives as long as the tests.
  static func kept(_ text: String) -> UnsafePointer<CChar> {
    guard let copy = strdup(text) else { preconditionFailure("no memory") }
    return UnsafePointer(copy)
  }

  /// Ids of the states that the blobs know.
  static let states: [UInt32] = {
    var states: [UInt32] = []
    SyscallAlphabet.forEachState { if states.count < 8 { states.append($0) } }
    return states
  }()

  static func model(isTouchy: Bool, seed: UInt64 = 6) -> TestModel {
    TestModel(
      TestModel.tcn(
        vocabulary: 9, channels: 4, kernel: 2, dilations: [1, 2], activation: .relu,
        isTied: false),
      seed: seed, window: 4, minimumEvents: 2, threshold: isTouchy ? 0.01 : 27
    ).changing { description in
      for (index, state) in states.enumerated() {
        var name = [UInt8](repeating: 0, count: 64)
        let count = name.withUnsafeMutableBytes { SyscallAlphabet.writeName(of: state, into: $0) }
        description.states[index + 1] = VocabularyState(
          id: state, name: String(decoding: name[..<count], as: UTF8.self))
      }
    }
  }

  static func blob(
    isTouchy: Bool, seed: UInt64 = 6, in directory: TemporaryDirectory, _ name: String
  ) throws -> String {
    try directory.write(model(isTouchy: isTouchy, seed: seed).description.encoded(), to: name)
  }

  private func tick() -> UInt64 {
    time += 1000
    return time
  }

  /// `count` events of a process's first thread, or of another one.
  func act(_ pid: UInt32, _ count: Int = 3, thread: UInt32? = nil, at time: UInt64? = nil) {
    for index in 0..<count {
      engine.take(
        .event(
          TraceEvent(
            thread: ThreadID(pid: pid, tid: thread ?? pid), state: Self.states[index % 8],
            time: time ?? tick())))
    }
  }

  func lose(_ count: Int, of pid: UInt32) {
    engine.take(.lost(count: UInt64(count), thread: ThreadID(pid: pid, tid: pid), time: tick()))
  }

  func fork(_ parent: UInt32, _ child: UInt32) {
    engine.take(
      .fork(
        parent: ThreadID(pid: parent, tid: parent), child: ThreadID(pid: child, tid: child),
        time: tick()))
  }

  func exec(_ pid: UInt32, _ name: String) {
    let name = Array(name.utf8).withUnsafeBytes { ProgramName($0) }
    engine.take(.exec(ThreadID(pid: pid, tid: pid), name: name, time: tick()))
  }

  func exit(_ pid: UInt32, thread: UInt32? = nil) {
    engine.take(.exit(ThreadID(pid: pid, tid: thread ?? pid), time: tick()))
  }

  /// The alerts so far.
  func alerts() throws -> [[String: Any]] {
    try String(decoding: directory.read("alerts"), as: UTF8.self).split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
  }

  /// What was done about each verdict, with its reason.
  func actions() throws -> [String] {
    try alerts().compactMap { alert in
      guard let action = alert["action"] as? String else { return nil }
      return (alert["reason"] as? String).map { "\(action) \($0)" } ?? action
    }
  }
}
