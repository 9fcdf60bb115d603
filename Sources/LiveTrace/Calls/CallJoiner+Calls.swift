import KernelTrace

extension CallJoiner {
  /// ERESTARTNOINTR of the kernel's errno.h, which no program ever sees.
  private static var madeAgain: Int64 { -513 }

  mutating func enter(
    _ thread: UnsafeMutablePointer<WatchedThread>, _ number: Int32,
    _ arguments: InlineArray<6, UInt64>, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    let process = thread.pointee.process
    let entry = process.pointee.is32Bit ? calls.compatible[number] : calls.native[number]
    if thread.pointee.isEnding && entry.endsThread { return }
    // Who makes another call has not ended: its last one was no exit, in spite of its number.
    thread.pointee.isEnding = false
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

  mutating func leave(
    _ thread: UnsafeMutablePointer<WatchedThread>, _ number: Int32, _ result: Int64,
    at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    guard var call = thread.pointee.call else { return }  // of a new thread, or entered before
    thread.pointee.call = nil
    if call.entry.restoresRegisters { return complete(thread, call, result: 0, at: time, emit) }
    // Neither a call that a tracer skips has its number then, nor an exec into another kind of program.
    let hasNoNumber = number == -1 || (call.entry.executes && result == 0)
    guard call.number == number || hasNoNumber else { return }
    // A signal came before anything was done, and the kernel makes the same call again by itself:
    // whether that happens is chance, and no behaviour of the program's.
    if result == Self.madeAgain { return }
    let isOpen = result != -9  // EBADF
    if call.entry.call?.takesDescriptor == true, !call.knowsDescriptor, isOpen,
      call.entry.effect != .close
    {
      call.descriptor = lookUp(call.arguments[0], of: thread.pointee.process)
    }
    complete(thread, call, result: result, at: time, emit)
  }

  /// A descriptor that came in a way that its table does not know, as through a Unix socket.
  private mutating func lookUp(
    _ argument: UInt64, of process: UnsafeMutablePointer<WatchedProcess>
  ) -> DescriptorKind {
    let number = Int(Int32(truncatingIfNeeded: argument))
    guard number >= 0, number < DescriptorTable.limit else { return .unknown }
    let kind = inspector.descriptor(number, of: process.pointee.pid)
    process.pointee.descriptors.set(number, kind ?? .unknown)
    return kind ?? .unknown
  }

  mutating func complete(
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

  /// It ran before the recording began: nothing else tells its name. The process is called after its
  /// first thread, whose name comes before that of any other.
  func name(
    _ thread: UnsafeMutablePointer<WatchedThread>, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) {
    let (id, process) = (thread.pointee.id, thread.pointee.process)
    let first = ThreadID(pid: id.pid, tid: id.pid)
    if !process.pointee.isNamed, id == first || sayName(of: first, at: time, emit) {
      process.pointee.isNamed = true
      threads[first.tid]?.pointee.isNamed = true
    }
    // Who has ended will never have one.
    let isNamed = sayName(of: id, at: time, emit) || !inspector.exists(id)
    thread.pointee.isNamed = isNamed
    if id == first { process.pointee.isNamed = isNamed }
  }

  /// False where it cannot be read now.
  private func sayName(
    of id: ThreadID, at time: UInt64, _ emit: (TraceRecord) -> Void
  ) -> Bool {
    guard let name = inspector.name(of: id) else { return false }
    emit(.exec(id, name: name, time: time))
    return true
  }
}
