import CPlatform
import KernelTrace

/// What tells a running process from others, by what `/proc` says now.
public enum ProcessIdentity {
  /// The kernel's clock ticks a second, in what it tells programs.
  private static let ticksPerSecond: UInt64 = 100

  /// When the process began, in ticks of 10 ms since boot; nil where there is none.
  public static func startTick(of pid: UInt32) -> UInt64? {
    guard let text = PathText(process: pid, "/stat").read(atMost: 1024) else { return nil }
    return text.withUnsafeBytes { startTick(stat: $0) }
  }

  /// A time of CLOCK_MONOTONIC, in nanoseconds, as such a tick.
  public static func tick(at time: UInt64) -> UInt64 {
    let now = mle_now()
    let suspended = mle_boot_now() &- now
    return (time &+ suspended) / (1_000_000_000 / ticksPerSecond)
  }

  /// The parent of a process that began after `time`, in nanoseconds of CLOCK_MONOTONIC, or whenever
  /// that is nil; nil where it began before, or is gone.
  public static func parent(of pid: UInt32, begunAfter time: UInt64?) -> UInt32? {
    guard let text = PathText(process: pid, "/stat").read(atMost: 1024) else { return nil }
    return text.withUnsafeBytes { stat in
      if let time {
        guard let start = startTick(stat: stat), start > tick(at: time) else { return nil }
      }
      return ProcessFiles.parse(stat: stat, pid)?.parent
    }
  }

  /// What the process calls itself; nil where there is none.
  public static func name(of pid: UInt32) -> ProgramName? {
    ProcessFiles(is64Bit: true).name(of: ThreadID(pid: pid, tid: pid))
  }

  /// Whether a thread of the process that had begun by `time`, in nanoseconds of CLOCK_MONOTONIC, is
  /// still there.
  public static func isAlive(_ pid: UInt32, begunBy time: UInt64) -> Bool {
    guard let start = startTick(of: pid), start <= tick(at: time) else { return false }
    let files = ProcessFiles(is64Bit: true)
    return ProcessFiles.threads(of: pid).contains { files.exists(ThreadID(pid: pid, tid: $0)) }
  }

  /// Whether the process runs the executable file that this path leads to now, or led to when the
  /// process began: an upgrade puts another file in its place.
  public static func runs(_ pid: UInt32, _ executable: UnsafePointer<CChar>) -> Bool {
    let first = PathText(process: pid, "/exe")
    if runs(first, executable) { return true }
    // The first thread has none any more once it has ended, though others go on.
    guard first.link() == nil else { return false }
    return ProcessFiles.threads(of: pid).contains { tid in
      guard tid != pid else { return false }
      var path = PathText(process: pid, "/task/")
      path.append(tid)
      path.append("/exe")
      return runs(path, executable)
    }
  }

  private static func runs(_ running: PathText, _ executable: UnsafePointer<CChar>) -> Bool {
    if running.withCString({ mle_is_same_file($0, executable) }) == 1 { return true }
    let path = PathText(executable)
    guard let place = running.link().flatMap(withoutMark),
      path.bytes == place || path.target() == place
    else { return false }
    // Whoever may mount file systems can have any path; so the file must have been in the same one.
    let mount = path.mountNumber() ?? path.directory.mountNumber()
    return mount != nil && running.mountNumber() == mount
  }

  /// A link without what the kernel adds to it where the file has lost its name; nil where it has not.
  private static func withoutMark(_ link: [UInt8]) -> [UInt8]? {
    let mark: StaticString = " (deleted)"
    let isMarked = link.withUnsafeBytes { ends($0, with: mark) }
    return isMarked ? Array(link[..<(link.count - mark.utf8CodeUnitCount)]) : nil
  }

  /// `pid (name) state ppid ...`: the 22nd field; a name may have spaces and brackets.
  static func startTick(stat text: UnsafeRawBufferPointer) -> UInt64? {
    guard let end = text.lastIndex(of: 0x29) else { return nil }
    var fields = Words(UnsafeRawBufferPointer(rebasing: text[(end + 1)...]), separator: 0x20)
    for _ in 3..<22 { if fields.next() == nil { return nil } }
    return fields.next().flatMap { Decimal.value($0, atMost: .max / 16) }
  }
}
