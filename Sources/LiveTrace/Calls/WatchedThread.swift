import KernelTrace

/// A process of which threads are watched.
struct WatchedProcess: ~Copyable {
  let pid: UInt32
  var threadCount = 0
  var descriptors: DescriptorTable
  var is32Bit: Bool
  /// Whether consumers know the name of its first thread.
  var isNamed = false
}

/// A watched thread, and the system call that it is in.
struct WatchedThread {
  let id: ThreadID
  /// Lives as long as any of its threads.
  let process: UnsafeMutablePointer<WatchedProcess>
  /// Whether consumers know its name, or that it continues a thread whose name they know.
  var isNamed = false
  /// Whether it has done anything since it was made.
  var hasActed = false
  /// Whether it has made its last call.
  var isEnding = false
  /// Whether it has said that it ends, without a call that does it, and done nothing since.
  var perhapsEnded = false
  /// Whether it was not there when it was last looked for, and has not been heard of since.
  var isMissing = false
  /// Whether it is among those that are to be looked for.
  var isListed = false
  var call: PendingCall?
  /// The program that an exec has given it, until the exec returns.
  var newName: ProgramName?

  /// A call that was entered and has not returned.
  struct PendingCall {
    var number: Int32
    var entry: KernelCalls.Entry
    var arguments: InlineArray<6, UInt64>
    var descriptor = DescriptorKind.unknown
    /// Whether the descriptor was known at entry.
    var knowsDescriptor = false
    var path = PathClass.unknown
    var address = AddressClass.unknown
  }

  /// It has been heard of.
  mutating func noteLife() {
    perhapsEnded = false
    isMissing = false
  }

  /// A thread that is in no call.
  init(_ id: ThreadID, of process: UnsafeMutablePointer<WatchedProcess>) {
    self.id = id
    self.process = process
  }
}
