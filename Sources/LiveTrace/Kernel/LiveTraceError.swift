import KernelTrace

/// Why the kernel cannot be watched. Codes are errno.
public enum LiveTraceError: Error, Equatable, Sendable {
  /// Tracepoints are nowhere to be seen, and tracefs cannot be mounted.
  case noTraceFileSystem(code: Int32)
  /// The kernel has no tracepoints of system calls, or in a form that is not known.
  case noSyscallTracepoints
  /// The user may not watch the kernel or that process.
  case notPermitted(code: Int32)
  /// The kernel has no perf events.
  case noPerfEvents(code: Int32)
  /// No more perf events can be opened after so many.
  case tooManyEvents(opened: Int, code: Int32)
  /// The kernel refused an event otherwise.
  case eventRefused(code: Int32)
  /// A ring could not be made.
  case noRing(byteCount: Int, code: Int32)
  case noSuchProcess(pid: UInt32)
  /// No process has the name that was given.
  case noSuchProgram
  case noSuchCgroup(code: Int32)
  /// A directory, but of no cgroup hierarchy that perf events know.
  case notACgroup
  /// A cgroup that the kernel has not prepared for perf events: in its hierarchy no controller was turned
  /// on since the start.
  case unpreparedCgroup
  /// A CPU has come on line of which nothing is seen.
  case newCPU
  /// The program that was to be watched does not start.
  case cannotStart(code: Int32)
}

extension LiveTraceError {
  /// The fact and what to do, in one line.
  public var message: Message {
    switch self {
    case .noTraceFileSystem:
      Message(
        "the kernel's tracepoints are not to be seen; mount -t tracefs nodev /sys/kernel/tracing")
    case .noSyscallTracepoints:
      Message(
        "the kernel has no tracepoints of system calls; build it with CONFIG_FTRACE_SYSCALLS")
    case .notPermitted(let code):
      Message("the kernel does not let this user watch (error #); run as root", code)
    case .noPerfEvents(let code):
      Message("the kernel has no perf events (error #); build it with CONFIG_PERF_EVENTS", code)
    case .tooManyEvents(let opened, let code):
      Message(
        "no more than # events can be opened (error #); raise ulimit -n or use --cgroup", opened,
        code)
    case .eventRefused(let code):
      Message("the kernel refuses its perf event (error #); use Linux 4.4 or later", code)
    case .noRing(let byteCount, let code):
      Message(
        "the kernel makes no ring of # bytes a CPU (error #); ask for less by --ring-kib",
        byteCount, code)
    case .noSuchProcess(let pid): Message("there is no process #; check the number", pid)
    case .noSuchProgram: Message("no process has this name; see /proc/PID/comm")
    case .noSuchCgroup(let code):
      code == 13 || code == 1
        ? Message("the cgroup may not be read; run as root")
        : Message("there is no such cgroup (error #); name its directory", code)
    case .notACgroup: Message("is no cgroup that perf events know; use cgroup v2 or perf_event")
    case .unpreparedCgroup:
      Message(
        """
        perf events know no cgroup while no controller was ever on; \
        write +pids to cgroup.subtree_control where cgroup2 is mounted
        """)
    case .newCPU: Message("a CPU came on line after the start; start the player again")
    case .cannotStart(let code):
      code == 2
        ? Message("there is no such program; check the command")
        : Message("the program does not start (error #); check the command", code)
    }
  }
}
