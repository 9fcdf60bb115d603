import CPlatform
import LiveTrace

/// How one process is signalled, and no other that gets its number later.
struct ProcessHandle: Equatable {
  let pid: UInt32
  /// When it began, in ticks since boot.
  var startTick: UInt64 = 0
  /// Of the process; below 0 where the kernel has none (before Linux 5.3).
  var descriptor: Int32 = -1
}

/// What enforcement does to processes.
protocol ProcessResponder {
  /// Takes hold of a process that did something at `time`, in nanoseconds of CLOCK_MONOTONIC.
  ///
  /// - Returns: nil where it has ended, whoever has its number now.
  func handle(of pid: UInt32, actingAt time: UInt64) -> ProcessHandle?
  /// Sends a signal; 0, or the errno.
  func send(_ signal: Int32, to handle: ProcessHandle) -> Int32
  /// Lets go of a process.
  func release(_ handle: ProcessHandle)
  /// Whether it runs this executable file.
  func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool
}

/// Signals through descriptors of processes.
struct ProcessSignals: ProcessResponder {
  static let stop: Int32 = 19
  static let kill: Int32 = 9

  func handle(of pid: UInt32, actingAt time: UInt64) -> ProcessHandle? {
    let descriptor = mle_pidfd_open(Int32(bitPattern: pid))
    // ENOSYS is the only reason to do without.
    guard descriptor >= 0 || descriptor == -38 else { return nil }
    // Read while the descriptor holds the number: it is of this process, or the process is gone.
    guard let startTick = ProcessIdentity.startTick(of: pid),
      startTick <= ProcessIdentity.tick(at: time)
    else {
      if descriptor >= 0 { _ = close(descriptor) }
      return nil
    }
    return ProcessHandle(pid: pid, startTick: startTick, descriptor: max(descriptor, -1))
  }

  func send(_ signal: Int32, to handle: ProcessHandle) -> Int32 {
    if handle.descriptor >= 0 { return -mle_pidfd_signal(handle.descriptor, signal) }
    guard ProcessIdentity.startTick(of: handle.pid) == handle.startTick else { return 3 }  // ESRCH
    return -mle_signal_process(Int32(bitPattern: handle.pid), signal)
  }

  func release(_ handle: ProcessHandle) {
    if handle.descriptor >= 0 { _ = close(handle.descriptor) }
  }

  func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool {
    ProcessIdentity.runs(pid, executable)
  }
}
