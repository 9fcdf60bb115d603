/// What a live source has seen since it began.
public struct LiveCounters: Equatable, Sendable {
  /// Records that the kernel's rings had: an entry, a return, an exec, a thread's begin or end.
  public internal(set) var kernelRecords: UInt64 = 0
  /// Records that the rings had no room for.
  public internal(set) var lostRecords: UInt64 = 0
  /// Events given.
  public internal(set) var events: UInt64 = 0
  /// Those of them that are of a call which the alphabet does not have: state 0.
  public internal(set) var unknownCalls: UInt64 = 0
  /// Processes seen.
  public internal(set) var processes: UInt64 = 0

  /// Nothing yet.
  public init() {}
}
