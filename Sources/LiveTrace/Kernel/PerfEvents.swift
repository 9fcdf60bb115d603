import CPlatform

/// The perf events of a source and the rings that they write to, one a CPU.
struct PerfEvents: ~Copyable {
  /// What events are opened on.
  enum Target {
    case thread(UInt32)
    /// A thread, from its next exec on.
    case threadFromExec(UInt32)
    /// A cgroup, by the descriptor of its directory.
    case cgroup(Int32)
  }

  /// A reader's side for each CPU.
  private(set) var rings: [Ring] = []
  /// Descriptors that are readable when a ring should be read.
  private(set) var ringDescriptors: [Int32] = []

  /// The CPUs that have a ring.
  private(set) var cpus: [Int32] = []
  private var controls: [UnsafeMutableRawPointer] = []
  private var events: [Int32] = []
  private let tracepoints: Tracepoints
  private let urgentFilter: UnsafePointer<CChar>?
  private let ringBytes: Int
  private let pageBytes = mle_page_bytes()
  /// From which descriptor on there are no more events: some are left for all else that is to be done,
  /// so that nobody makes the player blind by making threads.
  private let firstReserved: Int32
  private var scratches: [UnsafeMutableRawPointer] = []
  private var countsLosses = true
  /// Of events that were closed.
  private var lostBefore: UInt64 = 0

  /// Makes the rings.
  ///
  /// - Parameters:
  ///   - ringBytes: of each CPU's ring, a power of two.
  ///   - urgentFilter: the calls whose entry makes a ring readable at once, as the kernel's filter
  ///     language has it; it lives as long as this.
  init(
    _ tracepoints: Tracepoints, ringBytes: Int, urgentFilter: UnsafePointer<CChar>?
  ) throws(LiveTraceError) {
    self.tracepoints = tracepoints
    self.urgentFilter = urgentFilter
    self.ringBytes = max(ringBytes, pageBytes)
    let limit = mle_descriptor_limit()
    firstReserved = limit - min(64, limit / 8)
    for cpu in CPUList.online() ?? [0] { try makeRing(cpu) }
    if rings.isEmpty { throw .noPerfEvents(code: 19) }
  }

  deinit {
    for event in events { _ = close(event) }
    for control in controls { mle_ring_unmap(control, pageBytes, ringBytes) }
    for descriptor in ringDescriptors { _ = close(descriptor) }
    for scratch in scratches { scratch.deallocate() }
  }

  /// A ring belongs to an event of the CPU, not of a thread, whose end would end its wake-ups.
  private mutating func makeRing(_ cpu: Int32) throws(LiveTraceError) {
    var event = mle_perf_event()
    event.wakeup_bytes = UInt32(ringBytes / 2)
    let descriptor = mle_perf_open(&event, -1, cpu, 0)
    guard descriptor >= 0 else {
      if descriptor == -19 { return }  // ENODEV: the CPU went off line
      throw Self.error(-descriptor, opened: ringDescriptors.count)
    }
    ringDescriptors.append(descriptor)
    guard let control = mle_ring_map(descriptor, pageBytes, ringBytes) else {
      throw .noRing(byteCount: ringBytes, code: mle_errno())
    }
    cpus.append(cpu)
    controls.append(control)
    let scratch = UnsafeMutableRawPointer.allocate(
      byteCount: Ring.scratchLength, alignment: 8)
    scratches.append(scratch)
    rings.append(
      Ring(
        control: control, data: UnsafeRawPointer(control + pageBytes), byteCount: ringBytes,
        scratch: scratch))
  }

  /// What came of an attempt to watch somebody.
  enum Attachment {
    case watched
    /// The thread has gone.
    case gone
    /// An exec meanwhile took events off, or the thread ended.
    case interrupted
  }

  /// Watches `target` from now on. Where it is not watched in the end, nothing is open.
  mutating func attach(_ target: Target) throws(LiveTraceError) -> Attachment {
    let first = events.count
    var isAttached = false
    defer { if !isAttached { closeEvents(from: first) { _ in true } } }
    for index in cpus.indices {
      for kind in Kind.allCases {
        guard let event = request(kind, target) else { continue }
        guard try open(event, kind, target, index) else { return .gone }
      }
    }
    if case .threadFromExec = target {
      isAttached = true
      return .watched
    }
    for event in events[first...] { _ = mle_perf_enable(event) }
    isAttached = !events[first...].contains { mle_perf_has_ended($0) == 1 }
    return isAttached ? .watched : .interrupted
  }

  /// Closes the events of threads that have ended, as have all that they made. To close one sooner
  /// would end those that its children have inherited.
  ///
  /// It may end a ring's being readable: what is there is to be read after this.
  mutating func closeEnded() { closeEvents(from: 0) { mle_perf_has_ended($0) == 1 } }

  /// Watches nobody any more.
  mutating func detach() { closeEvents(from: 0) { _ in true } }

  private mutating func closeEvents(from first: Int, where isToBeClosed: (Int32) -> Bool) {
    var kept = first
    for index in first..<events.count {
      let event = events[index]
      if isToBeClosed(event) {
        if countsLosses { lostBefore &+= mle_perf_lost(event) }
        _ = close(event)
      } else {
        events[kept] = event
        kept += 1
      }
    }
    events.removeLast(events.count - kept)
  }

  /// How many records of all events their rings had no room for; 0 before Linux 6.0.
  var lostRecords: UInt64 {
    guard countsLosses else { return 0 }
    var sum = lostBefore
    for event in events { sum &+= mle_perf_lost(event) }
    return sum
  }

  private enum Kind: CaseIterable { case enter, leave, exec, connect, urgent }

  private func request(_ kind: Kind, _ target: Target) -> mle_perf_event? {
    var event = mle_perf_event()
    event.wakeup_bytes = UInt32(ringBytes / 2)
    event.follows_children = 1
    event.counts_losses = countsLosses ? 1 : 0
    switch target {
    case .thread: break
    case .threadFromExec: event.begins_at_exec = 1
    case .cgroup: event.follows_children = 0
    }
    switch kind {
    case .enter:
      event.tracepoint = UInt64(tracepoints.enterID)
      event.reports_threads = 1
    case .leave: event.tracepoint = UInt64(tracepoints.leaveID)
    case .exec: event.tracepoint = UInt64(tracepoints.execID)
    case .connect:
      guard let id = tracepoints.connectID else { return nil }
      event.tracepoint = UInt64(id)
    case .urgent:
      guard urgentFilter != nil else { return nil }
      event.tracepoint = UInt64(tracepoints.enterID)
      event.wakeup_bytes = 0
    }
    return event
  }

  /// - Parameter index: of the CPU.
  private mutating func open(
    _ event: mle_perf_event, _ kind: Kind, _ target: Target, _ index: Int
  ) throws(LiveTraceError) -> Bool {
    var event = event
    let (number, isCgroup): (Int32, Int32) =
      switch target {
      case .thread(let tid), .threadFromExec(let tid): (Int32(bitPattern: tid), 0)
      case .cgroup(let descriptor): (descriptor, 1)
      }
    var descriptor = mle_perf_open(&event, number, cpus[index], isCgroup)
    if descriptor == -22, countsLosses {
      // EINVAL: before Linux 6.0.
      countsLosses = false
      event.counts_losses = 0
      descriptor = mle_perf_open(&event, number, cpus[index], isCgroup)
    }
    guard descriptor >= 0 else {
      if descriptor == -3 { return false }  // ESRCH
      if descriptor == -9, isCgroup != 0 { throw .notACgroup }
      if descriptor == -2, isCgroup != 0 { throw .unpreparedCgroup }
      throw Self.error(-descriptor, opened: events.count)
    }
    guard descriptor < firstReserved else {
      _ = close(descriptor)
      throw Self.error(24, opened: events.count)  // EMFILE
    }
    events.append(descriptor)
    var code = mle_perf_share_ring(descriptor, ringDescriptors[index])
    if code == 0, kind == .urgent, let urgentFilter {
      code = mle_perf_filter(descriptor, urgentFilter)
    }
    guard code == 0 else { throw .eventRefused(code: -code) }
    return true
  }

  private static func error(_ code: Int32, opened: Int) -> LiveTraceError {
    switch code {
    case 1, 13: .notPermitted(code: code)
    case 2, 19, 38, 95: .noPerfEvents(code: code)
    case 12, 23, 24: .tooManyEvents(opened: opened, code: code)
    default: .eventRefused(code: code)
    }
  }
}
