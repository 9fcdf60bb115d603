import Foundation

/// Calls `body` where no further descriptor is to be had, on a thread with a table of descriptors of
/// its own: nobody else goes without.
public func withoutDescriptors(_ body: @Sendable () -> Void) throws {
  // The limit is everybody's; few enough to fill a table with are still enough for all tests.
  try oneAtATime.withLock {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0 else { throw POSIXError(.EINVAL) }
    var lower = limit
    lower.rlim_cur = min(limit.rlim_cur, 4096)
    setrlimit(resource, &lower)
    defer { setrlimit(resource, &limit) }
    let outcome = Outcome()
    withoutActuallyEscaping(body) { body in
      let thread = Thread { outcome.isDone = exhaust(body) }
      thread.start()
      while !thread.isFinished { usleep(1000) }
    }
    guard outcome.isDone else { throw POSIXError(.ENOSYS) }
  }
}

private let oneAtATime = NSLock()

private final class Outcome: @unchecked Sendable {
  var isDone = false
}

/// - Returns: false where the thread cannot have a table of its own.
private func exhaust(_ body: () -> Void) -> Bool {
  guard unshare(0x400 /* CLONE_FILES */) == 0 else { return false }
  let null = open("/dev/null", O_RDONLY)
  while dup(null) >= 0 {}
  body()
  return true
}

/// A GNU extension, which Swift's Glibc does not have.
@_silgen_name("unshare")
private func unshare(_ flags: Int32) -> Int32
