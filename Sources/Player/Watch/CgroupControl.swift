import CPlatform
import LiveTrace

/// What a cgroup of the second version lets do at once to all processes in it and in those below it.
struct CgroupControl {
  let directory: UnsafePointer<CChar>

  /// nil where it has no `cgroup.freeze`: before Linux 5.2, and in the first version.
  init?(directory: UnsafePointer<CChar>) {
    self.directory = directory
    var path = PathText(directory)
    path.append("/cgroup.freeze")
    guard path.mode >= 0 else { return nil }
  }

  /// Whether none of its processes is let run.
  var isFrozen: Bool {
    var path = PathText(directory)
    path.append("/cgroup.freeze")
    return path.numbers() == [1]
  }

  /// Lets none of its processes run.
  func freeze() { _ = write("/cgroup.freeze", "1") }

  /// Kills all of its processes, frozen or not, and lets those to come run.
  func kill() {
    if write("/cgroup.kill", "1") != 0 {  // before Linux 5.14
      freeze()
      // Who was being made then comes a moment later.
      for _ in 0..<10 {
        let processes = processes()
        if processes.isEmpty { break }
        for pid in processes {
          _ = mle_signal_process(Int32(bitPattern: pid), ProcessSignals.kill)
        }
        mle_sleep_microseconds(100)
      }
    }
    _ = write("/cgroup.freeze", "0")
  }

  /// Who is in it, or in a cgroup below it; none where that cannot be read.
  func processes() -> [UInt32] { PathText(directory).cgroupProcesses() }

  private func write(_ file: StaticString, _ text: StaticString) -> Int32 {
    var path = PathText(directory)
    path.append(file)
    let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    return path.withCString { mle_write_control($0, start) } ?? -2
  }
}
