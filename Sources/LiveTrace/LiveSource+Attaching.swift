import CPlatform
import KernelTrace

/// Whom the events are opened on: at the start, and again where the kernel has let go of somebody.
extension LiveSource {
  mutating func begin() throws(LiveTraceError) {
    nextCheck = mle_now() + Self.checkInterval
    switch target {
    case .process(let pid):
      let isThere = mle_process_exists(Int32(bitPattern: pid)) == 0
      guard isThere, try attachProcesses(atMost: .max) > 0 else { throw .noSuchProcess(pid: pid) }
    case .program: if try attachProcesses(atMost: .max) == 0 { throw .noSuchProgram }
    case .cgroup(let path):
      cgroup = mle_open_for_reading(path)
      guard cgroup >= 0 else { throw .noSuchCgroup(code: -cgroup) }
      _ = try events.attach(.cgroup(cgroup))
      adoptMembers(of: path)
    case .command(let arguments): try start(arguments)
    }
  }

  private mutating func start(
    _ arguments: UnsafePointer<UnsafeMutablePointer<CChar>?>
  ) throws(LiveTraceError) {
    var gate: Int32 = -1
    let pid = mle_launch(arguments, &gate)
    guard pid > 0 else { throw .cannotStart(code: -pid) }
    do throws(LiveTraceError) {
      guard try events.attach(.threadFromExec(UInt32(pid))) == .watched else {
        throw .cannotStart(code: 3)
      }
    } catch {
      mle_abandon(pid, gate)
      throw error
    }
    // Not the call that it waits in, whose return comes before its events begin.
    _ = joiner.thread(ThreadID(pid: UInt32(pid), tid: UInt32(pid)))
    let code = mle_release(gate)
    if code != 0 {
      _ = mle_reap(pid)
      throw .cannotStart(code: -code)
    }
    child = pid
  }

  /// Watches all processes that are to be and are not yet, with their descendants; returns how many.
  ///
  /// A process that is made meanwhile is found by the next round, or follows its parent; or both,
  /// which the joiner takes for one. The children of who was watched before follow him.
  ///
  /// - Parameter limit: of threads: meanwhile nobody's records are read, and some make children as fast as
  ///   they can be watched. The next call goes on.
  mutating func attachProcesses(atMost limit: Int) throws(LiveTraceError) -> Int {
    attachmentsLeft = limit
    try completeProcesses()
    var attached = 0
    while attachmentsLeft > 0 {
      let before = attached
      for process in ProcessFiles.running() where !joiner.isWatching(process.pid) {
        guard isTarget(process) || freshParents.contains(process.parent) else { continue }
        if try attachThreads(of: process.pid) { attached += 1 }
        if attachmentsLeft == 0 { return attached }
      }
      if attached == before {
        freshParents = []
        break
      }
    }
    return attached
  }

  /// Watches the threads that processes had besides those that could be watched.
  private mutating func completeProcesses() throws(LiveTraceError) {
    var left = incomplete
    incomplete = []
    while let pid = left.popLast() {
      do throws(LiveTraceError) {
        if joiner.isWatching(pid) { _ = try attachThreads(of: pid) }  // or it stays
      } catch {
        incomplete += left
        throw error
      }
    }
  }

  /// What the processes of a cgroup and of those below it, whose events the kernel gives, too, wait
  /// in now: their first records are its ends.
  private mutating func adoptMembers(of cgroup: UnsafePointer<CChar>) {
    for pid in PathText(cgroup).cgroupProcesses() where pid != UInt32(mle_process_id()) {
      for tid in ProcessFiles.threads(of: pid) { joiner.adopt(ThreadID(pid: pid, tid: tid)) }
    }
  }

  private func isTarget(_ process: ProcessFiles.Running) -> Bool {
    if process.pid == UInt32(mle_process_id()) { return false }
    switch target {
    case .process(let pid): return process.pid == pid
    case .program(let name): return process.name == ProgramName(name)
    case .cgroup, .command: return false
    }
  }

  private mutating func attachThreads(of pid: UInt32) throws(LiveTraceError) -> Bool {
    while true {
      var isNew = false
      for tid in ProcessFiles.threads(of: pid) {
        let thread = ThreadID(pid: pid, tid: tid)
        guard !joiner.isWatching(thread) else { continue }
        guard attachmentsLeft > 0 else {
          if !incomplete.contains(pid) { incomplete.append(pid) }
          return joiner.isWatching(pid)
        }
        attachmentsLeft -= 1
        do throws(LiveTraceError) {
          guard try attach(tid) else { continue }
        } catch {
          if !incomplete.contains(pid) { incomplete.append(pid) }
          throw error
        }
        guard joiner.adopt(thread) else { continue }
        isNew = true
        if freshParents.last != pid { freshParents.append(pid) }
      }
      if !isNew { return joiner.isWatching(pid) }
    }
  }

  /// Watches a thread; false where it has gone, or executes programs faster than it can be watched.
  private mutating func attach(_ tid: UInt32) throws(LiveTraceError) -> Bool {
    for _ in 0..<Self.mostAttempts {
      switch try events.attach(.thread(tid)) {
      case .watched: return true
      case .gone: return false
      case .interrupted: continue
      }
    }
    return false
  }

  private static var mostAttempts: Int { 16 }
}

extension LiveSource {
  /// A service that is started again may get another cgroup of the same name.
  mutating func followCgroup(_ path: UnsafePointer<CChar>) throws(LiveTraceError) {
    var known = PathText("/proc/self/fd/")
    known.append(UInt32(bitPattern: cgroup))
    if known.withCString({ mle_is_same_file($0, path) }) == 1 { return }
    let fresh = mle_open_for_reading(path)
    if fresh == -2 { return }  // ENOENT: it is not started yet
    guard fresh >= 0 else { throw .noSuchCgroup(code: -fresh) }
    events.detach()
    do throws(LiveTraceError) {
      _ = try events.attach(.cgroup(fresh))
    } catch {
      _ = close(fresh)
      throw error
    }
    _ = close(cgroup)
    cgroup = fresh
    adoptMembers(of: path)
  }

  /// Decides on threads that have perhaps ended, and watches those again that go on.
  mutating func settle(at now: UInt64, _ body: (TraceRecord) -> Void) {
    let alive = joiner.settle(at: now, body)
    if cgroup >= 0 {
      for thread in alive { joiner.lookFor(thread) }  // its events go on
    } else if !alive.isEmpty {
      // Attackers may make many of them, and meanwhile nobody else's records are read.
      for thread in alive.dropFirst(Self.mostResumed) { joiner.lookFor(thread) }
      for thread in alive.prefix(Self.mostResumed) { resume(thread, at: now, body) }
      // What they leave must not use descriptors up. Not before: the last events to be closed keep the
      // tracepoints set up, which takes a tenth of a second.
      events.closeEnded()
    }
  }

  private static var mostResumed: Int { 8 }

  private mutating func resume(
    _ thread: ThreadID, at now: UInt64, _ body: (TraceRecord) -> Void
  ) {
    do throws(LiveTraceError) {
      switch try events.attach(.thread(thread.tid)) {
      case .watched: joiner.resume(thread, at: now, body)
      case .gone: joiner.exit(thread, at: now, body)
      case .interrupted: joiner.lookFor(thread)  // the next time
      }
    } catch {
      tell(error)
      unwatched.append(thread)
    }
  }
}
