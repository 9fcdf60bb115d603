import CPlatform
import LiveTrace

/// What a cgroup of the second version lets do to all of its processes at once.
struct CgroupControl {
  private let directory: UnsafePointer<CChar>

  /// nil where it has no `cgroup.freeze`: before Linux 5.2, and in the first version.
  init?(directory: UnsafePointer<CChar>) {
    self.directory = directory
    var path = PathText(directory)
    path.append("/cgroup.freeze")
    guard path.mode >= 0 else { return nil }
  }

  /// Lets none of its processes run.
  func freeze() { _ = write("/cgroup.freeze", "1") }

  /// Kills all of its processes, frozen or not, and lets those to come run.
  func kill() {
    if write("/cgroup.kill", "1") != 0 {  // before Linux 5.14
      for pid in processes() { _ = mle_signal_process(Int32(bitPattern: pid), ProcessSignals.kill) }
    }
    _ = write("/cgroup.freeze", "0")
  }

  /// Who is in it.
  func processes() -> [UInt32] {
    var path = PathText(directory)
    path.append("/cgroup.procs")
    return path.numbers()
  }

  private func write(_ file: StaticString, _ text: StaticString) -> Int32 {
    var path = PathText(directory)
    path.append(file)
    let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    return path.withCString { mle_write_control($0, start) } ?? -2
  }
}
