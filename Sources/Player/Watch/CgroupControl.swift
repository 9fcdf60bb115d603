import CPlatform
import LiveTrace

/// What a cgroup of the second version lets do at once to all processes in it and in those below it.
struct CgroupControl {
  let directory: UnsafePointer<CChar>

  /// Where more are below it, nobody looks at all of them.
  private static let mostCgroups = 1000

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
      for pid in processes() ?? [] {
        _ = mle_signal_process(Int32(bitPattern: pid), ProcessSignals.kill)
      }
    }
    _ = write("/cgroup.freeze", "0")
  }

  /// Who is in it and in those below it; nil where those are too many.
  func processes() -> [UInt32]? {
    var pids: [UInt32] = []
    var cgroups = [Self.path(directory)]
    var next = 0
    while next < cgroups.count {
      guard cgroups.count <= Self.mostCgroups else { return nil }
      cgroups[next].withUnsafeBufferPointer { name in
        guard let name = name.baseAddress else { return }
        var path = PathText(name)
        path.append("/cgroup.procs")
        pids += path.numbers()
      }
      cgroups += Self.directories(in: cgroups[next])
      next += 1
    }
    return pids
  }

  /// The paths of the directories in one, as C has them.
  private static func directories(in path: [CChar]) -> [[CChar]] {
    let descriptor = path.withUnsafeBufferPointer { name in
      name.baseAddress.map { mle_open_directory($0) } ?? -1
    }
    guard descriptor >= 0 else { return [] }
    defer { _ = close(descriptor) }
    var paths: [[CChar]] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        mle_read_directory(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return paths }
      // struct linux_dirent64: inode u64, offset u64, length u16, type u8, name.
      var entry = 0
      while entry + 19 < count {
        let length = Int(buffer[entry + 16]) | Int(buffer[entry + 17]) << 8
        guard length >= 20, entry + length <= count else { return paths }
        let name = buffer[(entry + 19)..<(entry + length)].prefix { $0 != 0 }
        let isDots = name.count <= 2 && name.allSatisfy { $0 == 0x2e }
        if buffer[entry + 18] == 4, !isDots {  // DT_DIR
          var below = path
          below[below.count - 1] = 0x2f
          for byte in name { below.append(CChar(bitPattern: byte)) }
          below.append(0)
          paths.append(below)
        }
        entry += length
      }
    }
  }

  private static func path(_ text: UnsafePointer<CChar>) -> [CChar] {
    var length = 0
    while text[length] != 0 { length += 1 }
    return [CChar](UnsafeBufferPointer(start: text, count: length + 1))
  }

  private func write(_ file: StaticString, _ text: StaticString) -> Int32 {
    var path = PathText(directory)
    path.append(file)
    let start = UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    return path.withCString { mle_write_control($0, start) } ?? -2
  }
}
