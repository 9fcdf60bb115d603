/// CPUs as the kernel lists them: `0-3,5`.
enum CPUList {
  /// Those that are on line; nil where that cannot be read.
  static func online() -> [Int32]? {
    let text = PathText("/sys/devices/system/cpu/online").read(atMost: 4096) ?? []
    let cpus = text.withUnsafeBytes { parse($0) }
    return cpus.isEmpty ? nil : cpus
  }

  static func parse(_ text: UnsafeRawBufferPointer) -> [Int32] {
    var cpus: [Int32] = []
    var parts = Words(text, separator: 0x2c)
    while let part = parts.next() {
      guard let first = Decimal.value(part, atMost: 4095) else { continue }
      var last = first
      if let dash = part.firstIndex(of: 0x2d) {
        let rest = UnsafeRawBufferPointer(rebasing: part[(dash + 1)...])
        last = Decimal.value(rest, atMost: 4095) ?? first
      }
      if last >= first { for cpu in first...last { cpus.append(Int32(truncatingIfNeeded: cpu)) } }
    }
    return cpus
  }
}

/// The CPUs on which everything is seen.
struct WatchedCPUs {
  private var cpus: [Int32]
  private let keepsOffline: Bool

  /// - Parameter keepsOffline: whether a CPU that went off line is watched once it is back, as it is
  ///   with events of threads and not with those of a cgroup.
  init(_ cpus: [Int32], keepsOffline: Bool) {
    self.cpus = cpus
    self.keepsOffline = keepsOffline
  }

  /// Whether they are all that are on line now.
  mutating func cover(_ online: [Int32]) -> Bool {
    if !keepsOffline { cpus.removeAll { !online.contains($0) } }
    return online.allSatisfy { cpus.contains($0) }
  }
}
