import KernelTrace
import LiveTrace

/// A process that is watched, as the records tell of it.
struct ProcessEntry {
  let pid: UInt32
  /// 0 where none is known, or its last ancestor that is watched has ended.
  var parent: UInt32
  let wasThereBefore: Bool
  /// Of one that was there before the watch, who made it: the one to be its parent where it is watched.
  var maker: UInt32 = 0
  /// When it was first heard of, in nanoseconds: it had begun by then.
  let firstSeen: UInt64
  /// Its children, of which each knows the next and the one before; 0: none.
  var firstChild: UInt32 = 0
  var nextSibling: UInt32 = 0
  var previousSibling: UInt32 = 0
  /// Threads that are known: those that it made while it was watched, and those that have done something.
  var threadCount = 0
  /// Whether it was seen to be made, so that all its threads are known.
  var knowsThreads = false
  /// Whether it is among those whose known threads have ended and that are looked for.
  var isSilent = false
  /// What it runs, and whether that is known.
  var name = ProgramName()
  var isNamed = false
  /// The program that its blob was assigned for: what its service runs.
  var service = ProgramName()
  /// Whether it runs that itself.
  var runsService = true
  /// Which blob scores it; nil: none.
  var detector: Int?
  /// The incident that it was stopped in; 0: none.
  var incident: UInt32 = 0
  /// Through which it is signalled then.
  var handle: ProcessHandle?
  /// When it was stopped, in nanoseconds, and how many calls of it have ended since.
  var stopTime: UInt64 = 0
  var callsSinceStop = 0
  /// Events of its own and of its descendants that have ended.
  var events: UInt64 = 0
  /// Whether its events were passed over when there were too many.
  var isShed = false
  /// At how many events over a threshold it was left alone lately for what is not known of it, its makers'
  /// included.
  var reprieve = 0

  /// - Parameter parent: 0: it was there before the watch.
  init(pid: UInt32, parent: UInt32, firstSeen: UInt64) {
    self.pid = pid
    self.parent = parent
    self.firstSeen = firstSeen
    wasThereBefore = parent == 0
  }

  /// A process that `maker` has made: it goes on as that.
  init(pid: UInt32, madeBy maker: ProcessEntry, firstSeen: UInt64) {
    self.init(pid: pid, parent: maker.pid, firstSeen: firstSeen)
    name = maker.name
    isNamed = maker.isNamed
    reprieve = maker.reprieve
    inherit(maker)
  }

  /// Is scored as a part of the service that `maker` is a part of.
  mutating func inherit(_ maker: ProcessEntry) {
    service = maker.service
    runsService = maker.runsService && (!isNamed || name == maker.service)
    detector = maker.detector
  }
}

/// A known thread of a watched process.
struct ThreadEntry {
  /// Where it is in the tree for as long as the thread is.
  let process: UnsafeMutablePointer<ProcessEntry>
  /// Whether it raised an alarm that nothing was done about for a reason that may pass.
  var isUnanswered = false
  /// When that is looked at again at the earliest, in nanoseconds.
  var answerTime: UInt64 = 0
}

/// The watched processes with their threads, and who made whom.
struct ProcessTree: ~Copyable {
  private var table = NumberTable<ProcessEntry>()
  private var threads = NumberTable<ThreadEntry>()

  /// The process; nil where it is not watched.
  subscript(pid: UInt32) -> UnsafeMutablePointer<ProcessEntry>? { table[pid] }

  /// Makes the children that `process` had before the watch, and that were heard of before it, its own.
  /// They are scored as it is where no blob is for them.
  ///
  /// - Parameter generic: the blob of those that no other is for.
  /// - Returns: the threads of those that were scored by that one before.
  func adopt(
    by process: UnsafeMutablePointer<ProcessEntry>, insteadOf generic: Int?
  ) -> [ThreadID] {
    let pid = process.pointee.pid
    var moved: [ThreadID] = []
    for number in table.numbers {
      guard let child = table[number], child.pointee.maker == pid, number != pid else { continue }
      if child.pointee.parent == 0, !isDescendant(pid, of: number) {
        child.pointee.parent = pid
        link(child)
      }
      guard child.pointee.parent == pid, child.pointee.detector == generic,
        let detector = process.pointee.detector, detector != generic
      else { continue }
      child.pointee.inherit(process.pointee)
      for tid in threads.numbers where threads[tid]?.pointee.process == child {
        moved.append(ThreadID(pid: number, tid: tid))
      }
      moved += adopt(by: child, insteadOf: generic)
    }
    return moved
  }

  /// How many there are.
  var count: Int { table.count }

  /// All of them, in no order.
  var pids: [UInt32] { table.numbers }

  /// Adds a process that is not there yet.
  mutating func add(_ entry: ProcessEntry) -> UnsafeMutablePointer<ProcessEntry> {
    let process = table.insert(entry.pid, entry)
    link(process)
    return process
  }

  /// Makes a process the first child of its parent, if that is there.
  private func link(_ process: UnsafeMutablePointer<ProcessEntry>) {
    let parent = table[process.pointee.parent]
    process.pointee.previousSibling = 0
    process.pointee.nextSibling = parent?.pointee.firstChild ?? 0
    table[process.pointee.nextSibling]?.pointee.previousSibling = process.pointee.pid
    parent?.pointee.firstChild = process.pointee.pid
  }

  private func unlink(_ entry: ProcessEntry) {
    table[entry.nextSibling]?.pointee.previousSibling = entry.previousSibling
    table[entry.previousSibling]?.pointee.nextSibling = entry.nextSibling
    if let parent = table[entry.parent], parent.pointee.firstChild == entry.pid {
      parent.pointee.firstChild = entry.nextSibling
    }
  }

  /// The known thread with this number, whichever process's it is.
  subscript(thread tid: UInt32) -> UnsafeMutablePointer<ThreadEntry>? { threads[tid] }

  /// Adds a thread of `process`; no thread with its number is there.
  mutating func add(
    _ tid: UInt32, of process: UnsafeMutablePointer<ProcessEntry>
  ) -> UnsafeMutablePointer<ThreadEntry> {
    process.pointee.threadCount += 1
    return threads.insert(tid, ThreadEntry(process: process))
  }

  /// Forgets a thread that has ended; where it was the last of its process, gives that, which is to be
  /// removed.
  mutating func remove(thread tid: UInt32) -> UnsafeMutablePointer<ProcessEntry>? {
    guard let process = threads[tid]?.pointee.process else { return nil }
    threads.remove(tid)
    process.pointee.threadCount -= 1
    return process.pointee.threadCount == 0 ? process : nil
  }

  /// Forgets a process that has ended; its children count as those of its parent then, so that
  /// nothing gets out of sight by an ancestor's end.
  mutating func remove(_ pid: UInt32) {
    guard let entry = table[pid]?.pointee else { return }
    if entry.threadCount > 0 {  // their ends were lost
      for tid in threads.numbers where threads[tid]?.pointee.process.pointee.pid == pid {
        threads.remove(tid)
      }
    }
    unlink(entry)
    table.remove(pid)
    if let parent = table[entry.parent] {
      parent.pointee.events += entry.events
      // Not the service, for which all that it starts would answer.
      if !parent.pointee.runsService {
        parent.pointee.reprieve = max(parent.pointee.reprieve, entry.reprieve)
      }
    }
    var next = entry.firstChild
    while let child = table[next] {
      next = child.pointee.nextSibling
      child.pointee.parent = entry.parent
      link(child)
    }
  }

  /// The process that stands for all that its service started it for: its farthest ancestor that
  /// neither runs the service's own program nor was there before the watch. The service's own
  /// processes stand for themselves.
  ///
  /// - Parameter isBarrier: whether an ancestor is never to be touched.
  func job(of pid: UInt32, isBarrier: (ProcessEntry) -> Bool) -> UInt32 {
    var top = pid
    for _ in 0..<table.count {
      guard let entry = table[top]?.pointee, !entry.runsService,
        let parent = table[entry.parent]?.pointee, !parent.wasThereBefore, !parent.runsService,
        !isBarrier(parent)
      else { break }
      top = parent.pid
    }
    return top
  }

  /// The process, first, with all its descendants.
  func family(of pid: UInt32) -> [UInt32] {
    var family = [pid]
    var index = 0
    while index < family.count {
      var next = table[family[index]]?.pointee.firstChild ?? 0
      while let child = table[next] {
        family.append(next)
        next = child.pointee.nextSibling
      }
      index += 1
    }
    return family
  }

  private func isDescendant(_ pid: UInt32, of ancestor: UInt32) -> Bool {
    var current = pid
    for _ in 0..<table.count {
      guard let parent = table[current]?.pointee.parent, parent != 0 else { return false }
      if parent == ancestor { return true }
      current = parent
    }
    return false
  }
}
