import KernelTrace

extension CallJoiner {
  /// Begins to watch a thread that runs already, or waits in a call, such as a server for clients;
  /// false where there are too many.
  @inline(never) @discardableResult
  mutating func adopt(_ id: ThreadID) -> Bool {
    guard let thread = thread(id) else { return false }
    if thread.pointee.call == nil, !thread.pointee.hasActed,
      let (number, arguments) = inspector.currentCall(of: id)
    {
      enter(thread, number, arguments, at: 0) { _ in }
    }
    return true
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
    parent.pointee.noteLife()
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

  mutating func change(
    _ id: ThreadID, to name: ProgramName, _ path: PathClass, at time: UInt64,
    _ emit: (TraceRecord) -> Void
  ) {
    guard let thread = thread(id) else { return lose(1, at: time, emit) }
    let process = thread.pointee.process
    process.pointee.descriptors.exec()
    if let is32Bit = inspector.runs32BitProgram(id.pid) { process.pointee.is32Bit = is32Bit }
    thread.pointee.noteLife()
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
  mutating func takeOver(
    _ first: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    while let id = executingThread(besides: first) {
      if threads[first.tid]?.pointee.perhapsEnded == true { exit(first, at: time, emit) }
      guard let call = threads[id.tid]?.pointee.call, let taker = thread(first) else { return }
      taker.pointee.call = call
      taker.pointee.isNamed = true
      emit(.fork(parent: id, child: first, time: time))
      exit(id, at: time, emit)
    }
  }

  @inline(never)
  func executingThread(besides first: ThreadID) -> ThreadID? {
    // All threads are looked through, but hardly ever: most processes have one.
    guard let process = processes[first.pid],
      process.pointee.threadCount > 1 || threads[first.tid] == nil
    else { return nil }
    for tid in threads.numbers where tid != first.tid {
      guard let thread = threads[tid]?.pointee, thread.id.pid == first.pid,
        thread.call?.entry.executes == true
      else { continue }
      return thread.id
    }
    return nil
  }
}
