import KernelTrace

/// Whom a live source watches.
public enum LiveTarget {
  /// A process with all its threads and descendants, those that run now and those to come.
  case process(UInt32)
  /// Every process that runs a program of this name (the first 15 bytes count) now or begins to
  /// within the next second, with all descendants. What it did before it was found is not seen.
  case program(UnsafePointer<CChar>)
  /// Every process in a cgroup, by its directory: v2, or the hierarchy of `perf_event`.
  case cgroup(UnsafePointer<CChar>)
  /// A program that the source starts, from its first instruction on, with all descendants: its
  /// arguments, ended by a null pointer. The first one is looked up in PATH.
  case command(UnsafePointer<UnsafeMutablePointer<CChar>?>)
}

/// How a live source works.
public struct LiveOptions {
  /// The ring that the kernel fills on each CPU while the source sleeps: a power of two, from the
  /// size of a page up to 1 GiB, in bytes. An entry with its return takes about 150 bytes.
  public var ringBytes = 1 << 21
  /// Whether `execve`, `connect` and `ptrace` end the sleep at once. Everything else
  /// waits for up to 16 milliseconds where nothing happened lately, and 1 where something did. Events
  /// are given at once then, and not held back until the times of all CPUs are in order.
  public var wakesAtUrgentCalls = false

  /// The usual ones.
  public init() {}
}

extension ProgramName {
  /// That of a text which a zero ends.
  package init(_ text: UnsafePointer<CChar>) {
    var length = 0
    while text[length] != 0 { length += 1 }
    self.init(UnsafeRawBufferPointer(start: text, count: length))
  }
}
