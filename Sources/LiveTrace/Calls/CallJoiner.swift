import KernelTrace

/// Makes records out of what the rings say: joins the entry and the return of each thread's calls,
/// follows threads and what their descriptors refer to.
///
/// It takes records in the order of time. A record that comes twice counts once, for a thread that is
/// made while a source attaches may be watched twice. What it cannot know from them, about processes that ran
/// before it began, it asks the inspector.
struct CallJoiner<Inspector: ProcessInspector>: ~Copyable {
  /// What has been seen.
  private(set) var counters = LiveCounters()

  let inspector: Inspector
  private let tracepoints: Tracepoints
  private let calls: MachineCalls
  /// Its own calls are not recorded: each would make more of them.
  private let ownProcess: UInt32
  private var threads = NumberTable<WatchedThread>()
  private var processes = NumberTable<WatchedProcess>()

  /// The threads that are kept at a time; what others do counts as lost.
  static var mostThreads: Int { 65_536 }

  init(_ tracepoints: Tracepoints, inspector: Inspector, ownProcess: UInt32 = 0) {
    self.tracepoints = tracepoints
    self.inspector = inspector
    self.ownProcess = ownProcess
    calls = MachineCalls(is64Bit: tracepoints.is64Bit)
  }

  /// Records that the rings said were lost.
  private(set) var ringLosses: UInt64 = 0

  /// Whether threads of this process are watched.
  func isWatching(_ pid: UInt32) -> Bool { processes[pid] != nil }

  /// How many threads are watched and alive.
  var threadCount: Int { threads.count }

  /// Takes a record of a ring and gives what it completes.
  mutating func take(_ record: PerfRecord, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    if case .lost = record {} else { counters.kernelRecords += 1 }
    switch record {
    case .sample(let thread, let raw):
      guard isWatchable(thread), let hit = tracepoints.hit(raw) else { return }
      take(hit, of: thread, at: time, emit)
    case .fork(let parent, let child):
      if isWatchable(parent), isWatchable(child) { fork(parent, child, at: time, emit) }
    case .exit(let thread): exit(thread, at: time, emit)
    case .lost(let count): loseInRings(count, at: time, emit)
    case .other: break
    }
  }

  /// Says that the rings had no room for `count` records, of anybody.
  mutating func loseInRings(_ count: UInt64, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    ringLosses += count
    lose(count, at: time, emit)
  }

  private mutating func lose(_ count: UInt64, at time: UInt64, _ emit: (TraceRecord) -> Void) {
    guard count > 0 else { return }
    counters.lostRecords += count
    emit(.lost(count: count, thread: nil, time: time))
  }

  /// A thread that is being torn down has no numbers any more.
  private func isWatchable(_ thread: ThreadID) -> Bool {
    thread.tid != 0 && thread.pid != 0 && thread.tid != .max && thread.pid != .max
      && thread.pid != ownProcess
  }

  private mutating func take(
    _ hit: TracepointHit, of id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    if case .exec(let fileName) = hit {
      exec(id, fileName, at: time, emit)
      return
    }
    guard let thread = thread(id) else { return lose(1, at: time, emit) }
    thread.pointee.hasActed = true
    switch hit {
    case .enter(let number, let arguments): enter(thread, number, arguments, at: time, emit)
    case .leave(let number, let result): leave(thread, number, result, at: time, emit)
    case .connect(let address): thread.pointee.call?.address = address
    case .exec: break
    }
  }
}

// MARK: Calls

extension CallJoiner {
  private mutating func enter(
    _ thread: UnsafeMutablePointer<WatchedThread>, _ number: Int32,
    _ arguments: InlineArray<6, UInt64>, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    if thread.pointee.isEnding { return }
    let process = thread.pointee.process
    let entry = process.pointee.is32Bit ? calls.compatible[number] : calls.native[number]
    var call = WatchedThread.PendingCall(number: number, entry: entry, arguments: arguments)
    if entry.call?.takesDescriptor == true {
      let descriptor = Int(Int32(truncatingIfNeeded: arguments[0]))
      if let kind = process.pointee.descriptors[descriptor] {
        (call.descriptor, call.knowsDescriptor) = (kind, true)
      }
      if entry.effect == .close { process.pointee.descriptors.remove(descriptor) }
    }
    if entry.endsThread {
      thread.pointee.call = nil
      thread.pointee.isEnding = true
      complete(thread, call, result: 0, at: time, emit)
    } else {
      thread.pointee.call = call
    }
  }

  private mutating func leave(
    _ thread: UnsafeMutablePointer<WatchedThread>, _ number: Int32, _ result: Int64,
    at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard var call = thread.pointee.call else { return }  // of a new thread, or entered before
    thread.pointee.call = nil
    // A signal's return has no number, and neither has an exec into another kind of program.
    let hasNoNumber = number == -1 || (call.entry.executes && result == 0)
    guard call.number == number || hasNoNumber else { return }
    let isOpen = result != -9  // EBADF
    if call.entry.call?.takesDescriptor == true, !call.knowsDescriptor, isOpen,
      call.entry.effect != .close
    {
      call.descriptor = lookUp(call.arguments[0], of: thread.pointee.process)
    }
    complete(thread, call, result: result, at: time, emit)
  }

  /// A descriptor that came in a way that its table does not know, as through a Unix socket.
  private func lookUp(
    _ argument: UInt64, of process: UnsafeMutablePointer<WatchedProcess>
  ) -> DescriptorKind {
    let number = Int(Int32(truncatingIfNeeded: argument))
    guard number >= 0, number < DescriptorTable.limit else { return .unknown }
    let kind = inspector.descriptor(number, of: process.pointee.pid)
    process.pointee.descriptors.set(number, kind ?? .unknown)
    return kind ?? .unknown
  }

  private mutating func complete(
    _ thread: UnsafeMutablePointer<WatchedThread>, _ call: WatchedThread.PendingCall,
    result: Int64, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    let id = thread.pointee.id
    if call.entry.effect != .none {
      DescriptorCall(
        effect: call.entry.effect, arguments: call.arguments, result: result,
        descriptor: call.descriptor
      ).apply(to: &thread.pointee.process.pointee.descriptors)
    }
    if !thread.pointee.isNamed, thread.pointee.newName == nil { name(thread, at: time, emit) }
    counters.events += 1
    var state: UInt32 = 0
    if let known = call.entry.call {
      state = SyscallAlphabet.state(
        of: SyscallEvent(
          call: known, arguments: call.arguments, result: result, descriptor: call.descriptor,
          path: call.path, address: call.address))
    } else {
      counters.unknownCalls += 1
    }
    emit(.event(TraceEvent(thread: id, state: state, time: time)))
    if let name = thread.pointee.newName {
      thread.pointee.newName = nil
      thread.pointee.isNamed = true
      emit(.exec(id, name: name, time: time))
    }
  }

  /// It ran before the recording began: nothing else tells its name.
  private func name(
    _ thread: UnsafeMutablePointer<WatchedThread>, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    thread.pointee.isNamed = true
    if let name = inspector.name(of: thread.pointee.id) {
      emit(.exec(thread.pointee.id, name: name, time: time))
    }
  }
}

// MARK: Threads

extension CallJoiner {
  /// Begins to watch a thread that runs already, or waits in a call, such as a server for clients.
  mutating func adopt(_ id: ThreadID) {
    guard let thread = thread(id), thread.pointee.call == nil, !thread.pointee.hasActed,
      let (number, arguments) = inspector.currentCall(of: id)
    else { return }
    enter(thread, number, arguments, at: 0) { _ in }
  }

  /// The thread with this id, which is looked up where nothing is known of it yet; nil where there
  /// are too many.
  private mutating func thread(_ id: ThreadID) -> UnsafeMutablePointer<WatchedThread>? {
    if let thread = threads[id.tid], thread.pointee.id == id { return thread }
    if threads[id.tid] != nil { remove(id.tid) }  // another process's, whose end was lost
    if let process = processes[id.pid] { return insert(id, in: process) }
    guard let process = makeProcess(id.pid) else { return nil }
    process.pointee.is32Bit = inspector.runs32BitProgram(id.pid) ?? false
    read(&process.pointee.descriptors, of: id.pid)
    return insert(id, in: process)
  }

  private func read(_ descriptors: inout DescriptorTable, of pid: UInt32) {
    inspector.forEachDescriptor(of: pid) { number, kind, closesOnExec in
      descriptors.set(number, kind, closesOnExec: closesOnExec)
    }
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
    return threads.insert(id.tid, WatchedThread(id, of: process))
  }

  private mutating func remove(_ tid: UInt32) {
    guard let process = threads[tid]?.pointee.process else { return }
    threads.remove(tid)
    process.pointee.threadCount -= 1
    if process.pointee.threadCount == 0 { processes.remove(process.pointee.pid) }
  }

  private mutating func fork(
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

  private mutating func exit(
    _ id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard let known = threads[id.tid]?.pointee.id else { return }
    remove(id.tid)
    emit(.exit(known, time: time))
  }

  /// The program changes within `execve`; its return makes the event, if its entry was seen.
  private mutating func exec(
    _ id: ThreadID, _ fileName: UnsafeRawBufferPointer, at time: UInt64,
    _ emit: (TraceRecord) -> Void
  ) {
    if threads[id.tid]?.pointee.call?.entry.executes != true {
      takeOver(id, at: time, emit)
    }
    guard let thread = thread(id) else { return lose(1, at: time, emit) }
    let process = thread.pointee.process
    process.pointee.descriptors.exec()
    if let is32Bit = inspector.runs32BitProgram(id.pid) { process.pointee.is32Bit = is32Bit }
    let start = fileName.lastIndex(of: 0x2f).map { $0 + 1 } ?? 0
    let name = ProgramName(UnsafeRawBufferPointer(rebasing: fileName[start...]))
    if thread.pointee.call?.entry.executes == true {
      thread.pointee.call?.path = PathClass(fileName)
      thread.pointee.newName = name
    } else {
      thread.pointee.call = nil
      thread.pointee.isNamed = true
      emit(.exec(id, name: name, time: time))
    }
  }

  /// A thread that is not its process's first one becomes that by its exec: the kernel gives it the
  /// first one's number once all others have ended.
  private mutating func takeOver(
    _ first: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard processes[first.pid] != nil else { return }
    for tid in threads.numbers where tid != first.tid {
      guard let thread = threads[tid]?.pointee, thread.id.pid == first.pid,
        thread.call?.entry.executes == true, let taker = self.thread(first)
      else { continue }
      taker.pointee.call = thread.call
      taker.pointee.isNamed = true
      emit(.fork(parent: thread.id, child: first, time: time))
      exit(thread.id, at: time, emit)
    }
  }
}

// MARK: Names

extension CallJoiner {
  /// Says again what every thread's program is called, for a consumer that begins here.
  mutating func nameThreads(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    for tid in threads.numbers {
      guard let thread = threads[tid] else { continue }
      name(thread, at: time, emit)
    }
  }
}

// MARK: After a loss

extension CallJoiner {
  /// Compares what is kept with what there is: forgets threads whose end was lost and reads the
  /// descriptors of the others again.
  mutating func resynchronize(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    removeEnded(at: time, emit)
    for pid in processes.numbers {
      guard let process = processes[pid] else { continue }
      process.pointee.descriptors.removeAll()
      read(&process.pointee.descriptors, of: pid)
    }
  }

  /// Forgets threads that are gone without having said so.
  mutating func removeEnded(at time: UInt64, _ emit: (TraceRecord) -> Void) {
    for tid in threads.numbers {
      guard let id = threads[tid]?.pointee.id, !inspector.exists(id) else { continue }
      exit(id, at: time, emit)
    }
  }
}
