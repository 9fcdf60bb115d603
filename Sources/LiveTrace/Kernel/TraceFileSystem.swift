import CPlatform

/// Where the kernel describes its tracepoints.
struct TraceFileSystem {
  private let root: StaticString

  /// Finds it, and mounts it where it is not mounted and root asks.
  init() throws(LiveTraceError) {
    let usual: StaticString = "/sys/kernel/tracing"
    let old: StaticString = "/sys/kernel/debug/tracing"
    let (code, oldCode) = (Self.check(usual), Self.check(old))
    if code == 0 {
      root = usual
    } else if oldCode == 0 {
      root = old
    } else if code == -13 || oldCode == -13 {
      throw .notPermitted(code: 13)
    } else {
      let mounted = PathText(usual).withCString { mle_mount_tracefs($0) } ?? -2
      if mounted == -1 || mounted == -13 { throw .notPermitted(code: -mounted) }
      guard mounted == 0, Self.check(usual) == 0 else {
        throw .noTraceFileSystem(code: -mounted)
      }
      root = usual
    }
  }

  private static func check(_ root: StaticString) -> Int32 {
    var path = PathText(root)
    path.append("/events")
    return min(path.mode, 0)
  }

  /// The tracepoints that the source uses.
  func tracepoints() throws(LiveTraceError) -> Tracepoints {
    let enter = try format("raw_syscalls/sys_enter")
    let leave = try format("raw_syscalls/sys_exit")
    let exec = try format("sched/sched_process_exec")
    // Linux 4.16; before it addresses stay unknown.
    let connect = (try? format("sock/inet_sock_set_state")) ?? []
    let tracepoints = enter.withUnsafeBytes { enter in
      leave.withUnsafeBytes { leave in
        exec.withUnsafeBytes { exec in
          connect.withUnsafeBytes { connect in
            Tracepoints(
              enter: TracepointFormat(enter), leave: TracepointFormat(leave),
              exec: TracepointFormat(exec), connect: TracepointFormat(connect))
          }
        }
      }
    }
    guard let tracepoints else { throw .noSyscallTracepoints }
    return tracepoints
  }

  private func format(_ name: StaticString) throws(LiveTraceError) -> [UInt8] {
    var path = PathText(root)
    path.append("/events/")
    path.append(name)
    path.append("/format")
    guard let text = path.read() else {
      if path.mode == -13 { throw .notPermitted(code: 13) }
      throw .noSyscallTracepoints
    }
    return text
  }
}
