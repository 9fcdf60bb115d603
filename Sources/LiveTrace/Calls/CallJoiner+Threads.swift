import KernelTrace

extension CallJoiner {
  /// Begins to watch a thread that runs already, or waits in a call, such as a server for clients.
  @inline(never)
  mutating func adopt(_ id: ThreadID) {
    guard let thread = thread(id), thread.pointee.call == nil, !thread.pointee.hasActed,
      let (number, arguments) = inspector.currentCall(of: id)
    else { return }
    enter(thread, number, arguments, at: 0) { _ in }
  }

  /// The thread with this id, which is looked up where nothing is known of it yet; nil where there
  /// are too many.
  @inline(never)
  mutating func thread(_ id: ThreadID) -> UnsafeMutablePointer<WatchedThread>? {
    if let thread = threads[id.tid], thread.pointee.id == id { return thread }
    if threads[id.tid] != nil { remove(id.tid) }  // another process's, whose end was lost
    if let process = processes[id.pid] { return insert(id, in: process) }
    guard let process = makeProcess(id.pid) else { return nil }
    process.pointee.is32Bit = inspector.runs32BitProgram(id.pid) ?? false
    read(&process.pointee.descriptors, of: id.pid)
    return insert(id, in: process)
  }

  /// Returns how many there are.
  @inline(never) @discardableResult
  mutating func read(_ descriptors: inout DescriptorTable, of pid: UInt32) -> Int {
    var count = 0
    inspector.forEachDescriptor(of: pid) { number, kind, closesOnExec in
      descriptors.set(number, kind, closesOnExec: closesOnExec)
      count += 1
    }
    return count
  }

  private mutating func makeProcess(_ pid: UInt32) -> UnsafeMutablePointer<WatchedProcess>? {
    guard threads.count < Self.mostThreads else { return nil }
    counters.processes += 1
    return processes.insert(
      pid, WatchedProcess(pid: pid, descriptors: DescriptorTable(), is32Bit: false))
  }

  private mutating func insert(
    _ id: ThreadID, in process: UnsafeMutablePointer<WatchedProcess>
  ) -> UnsafeMutablePointer<WatchedThread>? {
    guard threads.count < Self.mostThreads else { return nil }
    process.pointee.threadCount += 1
    var thread = WatchedThread(id, of: process)
    thread.isNamed = id.tid == id.pid && process.pointee.isNamed
    return threads.insert(id.tid, thread)
  }

  private mutating func remove(_ tid: UInt32) {
    guard let process = threads[tid]?.pointee.process else { return }
    threads.remove(tid)
    process.pointee.threadCount -= 1
    if process.pointee.threadCount == 0 { processes.remove(process.pointee.pid) }
  }

  mutating func fork(
    _ parentID: ThreadID, _ childID: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard parentID.tid != childID.tid else { return lose(1, at: time, emit) }
    if let old = threads[childID.tid]?.pointee {
      if old.id == childID, !old.hasActed { return }
      exit(childID, at: time, emit)  // its end was lost
    }
    guard let parent = thread(parentID) else { return lose(1, at: time, emit) }
    let process: UnsafeMutablePointer<WatchedProcess>
    if childID.pid == parentID.pid {
      process = parent.pointee.process
    } else {
      endProcess(childID.pid, at: time, emit)
      guard let made = makeProcess(childID.pid) else { return lose(1, at: time, emit) }
      made.pointee.descriptors = parent.pointee.process.pointee.descriptors.copy()
      made.pointee.is32Bit = parent.pointee.process.pointee.is32Bit
      made.pointee.isNamed = true
      process = made
    }
    guard let child = insert(childID, in: process) else { return lose(1, at: time, emit) }
    if !parent.pointee.isNamed { name(parent, at: time, emit) }
    child.pointee.isNamed = true
    emit(.fork(parent: parentID, child: childID, time: time))
  }

  /// Ends what had the number of a new process before: its end was lost.
  private mutating func endProcess(
    _ pid: UInt32, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard processes[pid] != nil else { return }
    for tid in threads.numbers {
      guard let id = threads[tid]?.pointee.id, id.pid == pid else { continue }
      exit(id, at: time, emit)
    }
  }

  mutating func exit(
    _ id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard let known = threads[id.tid]?.pointee.id else { return }
    remove(id.tid)
    emit(.exit(known, time: time))
  }

  /// The program changes within `execve`; its return makes the event, if its entry was seen. Where
  /// what was entered is no exec by its number, the event is of state 0, and comes at once.
  mutating func exec(
    _ id: ThreadID, _ fileName: UnsafeRawBufferPointer, at time: UInt64,
    _ emit: (TraceRecord) -> Void
  ) {
    if threads[id.tid]?.pointee.call?.entry.executes != true {
      takeOver(id, at: time, emit)
    }
    let start = fileName.lastIndex(of: 0x2f).map { $0 + 1 } ?? 0
    let name = ProgramName(UnsafeRawBufferPointer(rebasing: fileName[start...]))
    change(id, to: name, PathClass(fileName), at: time, emit)
  }

  private mutating func change(
    _ id: ThreadID, to name: ProgramName, _ path: PathClass, at time: UInt64,
    _ emit: (TraceRecord) -> Void
  ) {
    guard let thread = thread(id) else { return lose(1, at: time, emit) }
    let process = thread.pointee.process
    process.pointee.descriptors.exec()
    if let is32Bit = inspector.runs32BitProgram(id.pid) { process.pointee.is32Bit = is32Bit }
    thread.pointee.perhapsEnded = false
    guard var call = thread.pointee.call else {
      thread.pointee.isNamed = true
      emit(.exec(id, name: name, time: time))
      return
    }
    thread.pointee.newName = name
    if call.entry.executes {
      thread.pointee.call?.path = path
    } else {
      // By its number it is another call: a 32-bit program's, or `int 0x80` on x86-64.
      thread.pointee.call = nil
      call.entry = .unknown
      complete(thread, call, result: 0, at: time, emit)
    }
  }

  /// A thread that is not its process's first one becomes that by its exec: the kernel gives it the
  /// first one's number once all others have ended.
  private mutating func takeOver(
    _ first: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard processes[first.pid] != nil else { return }
    while let id = executingThread(besides: first) {
      if threads[first.tid]?.pointee.perhapsEnded == true { exit(first, at: time, emit) }
      guard let call = threads[id.tid]?.pointee.call, let taker = thread(first) else { return }
      taker.pointee.call = call
      taker.pointee.isNamed = true
      emit(.fork(parent: id, child: first, time: time))
      exit(id, at: time, emit)
    }
  }

  private func executingThread(besides first: ThreadID) -> ThreadID? {
    for tid in threads.numbers where tid != first.tid {
      guard let thread = threads[tid]?.pointee, thread.id.pid == first.pid,
        thread.call?.entry.executes == true
      else { continue }
      return thread.id
    }
    return nil
  }
}

extension CallJoiner {
  /// A thread says that it ends. Within an exec it may have been another than its process's first one.
  mutating func end(_ id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    let hasEndedBefore = threads[id.tid]?.pointee.perhapsEnded ?? true
    if hasEndedBefore, id.tid == id.pid { takeOver(id, at: time, emit) }
    guard let thread = threads[id.tid], thread.pointee.id == id, !thread.pointee.isEnding else {
      return exit(id, at: time, emit)
    }
    if !thread.pointee.perhapsEnded, !perhapsEnded.contains(id) { perhapsEnded.append(id) }
    thread.pointee.perhapsEnded = true
  }

  /// Looks for the threads that have perhaps ended; those that are there still are given.
  @inline(never)
  mutating func settle(at time: UInt64, _ emit: (TraceRecord) -> Void) -> [ThreadID] {
    var alive: [ThreadID] = []
    let asked = perhapsEnded
    perhapsEnded = []
    for id in asked {
      guard let thread = threads[id.tid]?.pointee, thread.id == id, thread.perhapsEnded else {
        continue
      }
      if !inspector.exists(id) {
        exit(id, at: time, emit)
      } else if id.tid == id.pid, executingThread(besides: id) != nil {
        perhapsEnded.append(id)  // its number has gone to that one, whose exec is still to come
      } else {
        alive.append(id)
      }
    }
    return alive
  }

  /// Goes on with a thread that the kernel let go of and that is watched again: what it did meanwhile is
  /// lost, and so is the path of its program.
  mutating func resume(_ id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    guard let thread = threads[id.tid] else { return }
    let isExecuting = thread.pointee.call?.entry.executes == true
    if !isExecuting { thread.pointee.call = nil }
    change(id, to: inspector.name(of: id) ?? ProgramName(), .unknown, at: time, emit)
    if isExecuting, let number = thread.pointee.call?.number {
      leave(thread, number, 0, at: time, emit)
    }
    counters.lostRecords += 1
    emit(.lost(count: 1, thread: id, time: time))
  }

  /// Says again what every thread's program is called, for a consumer that begins here.
  mutating func nameThreads(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    for tid in threads.numbers {
      guard let thread = threads[tid] else { continue }
      name(thread, at: time, emit)
    }
  }
}

extension CallJoiner {
  /// Compares what is kept with what there is: forgets threads whose end was lost, and has the
  /// descriptors of the others read again.
  mutating func resynchronize(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    removeEnded(at: time, emit)
    stale = processes.numbers
  }

  /// Reads the descriptors of some more processes again, of one at least.
  mutating func readStale() {
    var left = Self.descriptorsAtOnce
    while left > 0, let pid = stale.popLast() {
      guard let process = processes[pid] else { continue }
      process.pointee.descriptors.removeAll()
      left -= read(&process.pointee.descriptors, of: pid)
    }
  }

  /// Forgets threads that are gone without having said so: looks for some, the next time for others.
  @inline(never)
  mutating func removeEnded(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    let numbers = threads.numbers
    let count = min(numbers.count, Self.threadsAtOnce)
    let first = nextChecked
    for index in first..<(first + count) {
      let tid = numbers[index % numbers.count]
      guard let id = threads[tid]?.pointee.id else { continue }
      if inspector.exists(id) { nextChecked += 1 } else { exit(id, at: time, emit) }
    }
    nextChecked = threads.count == 0 ? 0 : nextChecked % threads.count
  }
}
