import KernelTrace

extension CallJoiner {
  /// A thread says that it ends. Within an exec it may have been another than its process's first one.
  mutating func end(_ id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    let hasEndedBefore = threads[id.tid]?.pointee.perhapsEnded ?? true
    if hasEndedBefore, id.tid == id.pid { takeOver(id, at: time, emit) }
    guard let thread = threads[id.tid], thread.pointee.id == id, !thread.pointee.isEnding else {
      return exit(id, at: time, emit)
    }
    thread.pointee.perhapsEnded = true
    lookFor(id)
  }

  /// Has a thread looked for when its turn comes.
  @inline(never)
  mutating func lookFor(_ id: ThreadID) {
    guard let thread = threads[id.tid], thread.pointee.id == id, !thread.pointee.isListed else {
      return
    }
    thread.pointee.isListed = true
    toLookFor.append(id)
  }

  /// Looks for the threads that have perhaps ended; those that are there still are given.
  @inline(never)
  mutating func settle(at time: UInt64, _ emit: (TraceRecord) -> Void) -> [ThreadID] {
    var alive: [ThreadID] = []
    let asked = toLookFor
    toLookFor = []
    for id in asked {
      guard let thread = threads[id.tid], thread.pointee.id == id, thread.pointee.isListed else {
        continue
      }
      thread.pointee.isListed = false
      guard thread.pointee.perhapsEnded else { continue }
      if !inspector.exists(id) {
        exit(id, at: time, emit)
      } else if id.tid == id.pid, executingThread(besides: id) != nil {
        lookFor(id)  // its number has gone to that one, whose exec is still to come
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
  mutating func nameThreads(_ emit: (TraceRecord) -> Void) {
    for tid in threads.numbers {
      guard let thread = threads[tid] else { continue }
      name(thread, at: lastTime, emit)
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
  ///
  /// What the ones that are not there did last may wait in a ring: they are forgotten the next time, unless
  /// they are heard of until then. Forgotten sooner, they would leave their children without parents.
  @inline(never)
  mutating func removeEnded(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    for id in missing {
      guard let thread = threads[id.tid], thread.pointee.id == id else { continue }
      if thread.pointee.isMissing { exit(id, at: time, emit) }
    }
    missing = []
    let numbers = threads.numbers
    let count = min(numbers.count, Self.threadsAtOnce)
    for index in nextChecked..<(nextChecked + count) {
      guard let thread = threads[numbers[index % numbers.count]] else { continue }
      thread.pointee.isMissing = !inspector.exists(thread.pointee.id)
      if thread.pointee.isMissing { missing.append(thread.pointee.id) }
    }
    nextChecked = numbers.isEmpty ? 0 : (nextChecked + count) % numbers.count
  }
}
