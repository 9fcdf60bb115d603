import KernelTrace

/// What can be looked up about a process that runs now, outside its stream of records.
protocol ProcessInspector {
  /// The kernel's name of the thread; nil where it is gone.
  func name(of thread: ThreadID) -> ProgramName?

  /// The number and the arguments of the call that the thread waits in; nil where it runs or is gone.
  func currentCall(of thread: ThreadID) -> (number: Int32, arguments: InlineArray<6, UInt64>)?

  /// Whether the process's program is a 32-bit one on a 64-bit kernel; nil where it is gone.
  func runs32BitProgram(_ pid: UInt32) -> Bool?

  /// Calls `body` with each open descriptor, what it refers to and whether an exec closes it.
  func forEachDescriptor(of pid: UInt32, _ body: (Int, DescriptorKind, Bool) -> Void)

  /// What one descriptor refers to; nil where it is not open any more.
  func descriptor(_ number: Int, of pid: UInt32) -> DescriptorKind?

  /// Whether there is such a thread.
  func exists(_ thread: ThreadID) -> Bool
}
