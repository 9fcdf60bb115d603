import CPlatform
import KernelTrace
import LiveTrace

/// How one process is signalled, and no other that gets its number later.
struct ProcessHandle: Equatable {
  let pid: UInt32
  /// When it began, in ticks since boot.
  var startTick: UInt64 = 0
  /// Of the process; below 0 where the kernel has none (before Linux 5.3).
  var descriptor: Int32 = -1
}

/// Why a process is not signalled.
struct SignalFailure: Error {
  /// The errno; `ended` where there is no such process, whoever has its number now.
  let code: Int32

  static let ended: Int32 = 3  // ESRCH
}

/// What enforcement does to processes.
protocol ProcessResponder {
  /// Takes hold of a process that had begun by `time`, in nanoseconds of CLOCK_MONOTONIC.
  ///
  /// - Throws: `ended` where the one with that number began later: it is another one.
  func handle(of pid: UInt32, begunBy time: UInt64) throws(SignalFailure) -> ProcessHandle
  /// Sends a signal; 0, or the errno.
  func send(_ signal: Int32, to handle: ProcessHandle) -> Int32
  /// Lets go of a process.
  func release(_ handle: ProcessHandle)
  /// The parent of a process that began after `time`, or whenever; nil where it began before or is gone.
  func parent(of pid: UInt32, begunAfter time: UInt64?) -> UInt32?
  /// Whether it runs this executable file.
  func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool
  /// What it calls itself; nil where there is none.
  func name(of pid: UInt32) -> ProgramName?
  /// Whether one that had begun by `time` is still there.
  func isAlive(_ pid: UInt32, begunBy time: UInt64) -> Bool
}

/// Signals through descriptors of processes.
struct ProcessSignals: ProcessResponder {
  static let stop: Int32 = 19
  static let kill: Int32 = 9

  func handle(of pid: UInt32, begunBy time: UInt64) throws(SignalFailure) -> ProcessHandle {
    // Whatever else keeps it from being had, it can be done without.
    let descriptor = mle_pidfd_open(Int32(bitPattern: pid))
    guard -descriptor != SignalFailure.ended else { throw SignalFailure(code: SignalFailure.ended) }
    // Read after that: where the number is another process's by now, what is signalled has gone.
    let startTick = ProcessIdentity.startTick(of: pid)
    if let startTick, startTick <= ProcessIdentity.tick(at: time) {
      return ProcessHandle(pid: pid, startTick: startTick, descriptor: max(descriptor, -1))
    }
    if descriptor >= 0 { _ = close(descriptor) }
    let isThere = startTick == nil && mle_process_exists(Int32(bitPattern: pid)) == 0
    throw SignalFailure(code: isThere ? max(-descriptor, 5) : SignalFailure.ended)  // EIO
  }

  func send(_ signal: Int32, to handle: ProcessHandle) -> Int32 {
    if handle.descriptor >= 0 { return -mle_pidfd_signal(handle.descriptor, signal) }
    guard ProcessIdentity.startTick(of: handle.pid) == handle.startTick else {
      return SignalFailure.ended
    }
    return -mle_signal_process(Int32(bitPattern: handle.pid), signal)
  }

  func release(_ handle: ProcessHandle) {
    if handle.descriptor >= 0 { _ = close(handle.descriptor) }
  }

  func parent(of pid: UInt32, begunAfter time: UInt64?) -> UInt32? {
    ProcessIdentity.parent(of: pid, begunAfter: time)
  }

  func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool {
    ProcessIdentity.runs(pid, executable)
  }

  func name(of pid: UInt32) -> ProgramName? { ProcessIdentity.name(of: pid) }

  func isAlive(_ pid: UInt32, begunBy time: UInt64) -> Bool {
    ProcessIdentity.isAlive(pid, begunBy: time)
  }
}
