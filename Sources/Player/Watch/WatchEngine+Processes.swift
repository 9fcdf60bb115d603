import CPlatform
import KernelTrace
import LiveTrace
import Scoring

extension WatchEngine {
  /// How often some of `silent` are looked for, in nanoseconds, and how many.
  private static var silenceInterval: UInt64 { 10_000_000 }
  private static var silentAtOnce: Int { 16 }

  /// The process, of which something is heard at `time`. Where it is not known yet, it was there before
  /// the watch, or its fork was lost.
  private mutating func process(
    _ pid: UInt32, at time: UInt64
  ) -> UnsafeMutablePointer<ProcessEntry> {
    if let process = tree[pid] { return process }
    if let parent = responder.parent(of: pid, begunAfter: startTime) {
      if let maker = tree[parent] {
        return tree.add(ProcessEntry(pid: pid, madeBy: maker.pointee, firstSeen: time))
      }
      let process = tree.add(ProcessEntry(pid: pid, parent: 0, firstSeen: time))
      process.pointee.detector = generic
      return process
    }
    var entry = ProcessEntry(pid: pid, parent: 0, firstSeen: time)
    entry.detector = generic
    entry.maker = responder.parent(of: pid, begunAfter: nil) ?? 0
    if let maker = tree[entry.maker] {
      entry.parent = entry.maker
      if maker.pointee.detector != nil, maker.pointee.detector != generic {
        entry.inherit(maker.pointee)
      }
    }
    let process = tree.add(entry)
    adoptChildren(of: process)
    return process
  }

  /// The blob of those that no other is for.
  private var generic: Int? { detectors.firstIndex { $0.choice.program == nil } }

  /// Makes what a process had started before the watch, and was heard of before it, a part of its service.
  private mutating func adoptChildren(of process: UnsafeMutablePointer<ProcessEntry>) {
    let generic = generic
    let moved = tree.adopt(by: process, insteadOf: generic)
    guard let generic else { return }
    for thread in moved { detectors[generic].forget(thread) }
  }

  /// The thread, which its process had before the watch where it is not known yet.
  mutating func thread(
    _ id: ThreadID, at time: UInt64
  ) -> UnsafeMutablePointer<ThreadEntry> {
    if let thread = tree[thread: id.tid] {
      if thread.pointee.process.pointee.pid == id.pid { return thread }
      end(id.tid)  // another process's, whose end was lost
    }
    return tree.add(id.tid, of: process(id.pid, at: time))
  }

  mutating func fork(
    _ parent: ThreadID, _ child: ThreadID, _ time: UInt64, _ record: TraceRecord
  ) {
    guard parent.tid != child.tid else { return }
    let maker = thread(parent, at: time).pointee.process
    if parent.pid != child.pid {
      if tree[child.pid] != nil { forget(child.pid) }  // its end was lost
      let made = tree.add(ProcessEntry(pid: child.pid, madeBy: maker.pointee, firstSeen: time))
      made.pointee.knowsThreads = true
    }
    _ = self.thread(child, at: time)
    if let index = maker.pointee.detector { detectors[index].follow(record) }
    // It had not heard of its end when it did this.
    if maker.pointee.incident != 0, parent.pid != child.pid {
      join(child.pid, maker.pointee.incident, begunBy: time)
    }
  }

  mutating func exec(
    _ thread: ThreadID, _ name: ProgramName, _ time: UInt64, _ record: TraceRecord
  ) {
    let process = self.thread(thread, at: time).pointee.process
    // Other threads have names of their own.
    if thread.tid == thread.pid || !process.pointee.isNamed {
      let isFirst = !process.pointee.isNamed
      process.pointee.name = name
      process.pointee.isNamed = true
      if let index = detector(for: name, thread.pid) {
        if let before = process.pointee.detector, before != index {
          detectors[before].forget(thread)
        }
        process.pointee.detector = index
        process.pointee.service = name
        process.pointee.runsService = true
        if isFirst, process.pointee.wasThereBefore { adoptChildren(of: process) }
      } else if isFirst, process.pointee.service.count == 0 {
        process.pointee.service = name
      } else {
        // A path says more than a name, which whoever starts a program can choose.
        let program = process.pointee.detector.flatMap { detectors[$0].choice.program }
        process.pointee.runsService = program?.isPath != true && name == process.pointee.service
      }
    }
    if let index = process.pointee.detector { detectors[index].follow(record) }
  }

  /// The blob that is for a program.
  private func detector(for name: ProgramName, _ pid: UInt32) -> Int? {
    detectors.firstIndex { detector in
      detector.choice.program?.matches(name) { responder.runs(pid, $0) } ?? false
    }
  }

  mutating func exit(_ thread: ThreadID, _ record: TraceRecord) {
    guard let process = tree[thread.pid] else { return }
    if let index = process.pointee.detector { detectors[index].follow(record) }
    if tree[thread: thread.tid]?.pointee.process == process { end(thread.tid) }
  }

  /// Forgets a thread, and its process where that has no other.
  private mutating func end(_ tid: UInt32) {
    guard let process = tree.remove(thread: tid) else { return }
    if process.pointee.isSilent { return }
    if process.pointee.knowsThreads || !isAlive(process.pointee) {
      forget(process.pointee.pid)
    } else {
      process.pointee.isSilent = true
      silent.append(process.pointee.pid)
    }
  }

  private func isAlive(_ process: ProcessEntry) -> Bool {
    responder.isAlive(process.pid, begunBy: process.firstSeen)
  }

  /// Forgets those that have ended of the processes whose last known thread has.
  mutating func forgetEnded(at now: UInt64) {
    guard !silent.isEmpty, now &- silenceTime >= Self.silenceInterval else { return }
    silenceTime = now
    // Some at a time: anybody may have many of them.
    let asked = silent.prefix(Self.silentAtOnce)
    silent.removeFirst(asked.count)
    for pid in asked {
      guard let process = tree[pid], process.pointee.isSilent else { continue }
      if process.pointee.threadCount == 0, !isAlive(process.pointee) {
        forget(pid)
      } else if process.pointee.threadCount == 0 {
        silent.append(pid)
      } else {
        process.pointee.isSilent = false
      }
    }
  }

  private mutating func forget(_ pid: UInt32) {
    if let process = tree[pid], process.pointee.incident != 0 { leave(process) }
    tree.remove(pid)
  }
}
