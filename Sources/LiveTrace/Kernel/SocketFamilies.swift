import KernelTrace

/// The kinds of sockets by their inodes, as `/proc/PID/net` lists them.
///
/// An inode is the same one in all network namespaces. What one reading of the files found is kept
/// until the next, in 16 to 32 bytes a socket.
struct SocketFamilies {
  /// Open addressing: the inode and, in the lowest byte, the kind; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 64)
  private var count = 0
  /// How often the files were read.
  private(set) var readingCount: UInt64 = 0

  /// Files of sockets of one kind each, of which the column with the inode is the tenth, but for
  /// Unix sockets the seventh.
  private static let files: StaticString = "unix tcp udp raw icmp tcp6 udp6 raw6 icmp6 netlink"

  /// The kind of a socket that a process has open.
  ///
  /// - Parameter isFresh: whether the files have been read since the socket was known to be there,
  ///   which they are once where they have not been and nothing is known of it.
  mutating func kind(
    ofInode inode: UInt64, of pid: UInt32, isFresh: inout Bool
  ) -> DescriptorKind {
    if let kind = self[inode] { return kind }
    if !isFresh {
      isFresh = true
      read(pid)
      if let kind = self[inode] { return kind }
    }
    insert(inode, .otherSocket)
    return .otherSocket
  }

  /// The inode in `column`, counted from 0; nil where there is none.
  static func inode(_ line: UnsafeRawBufferPointer, column: Int) -> UInt64? {
    var fields = Words(line, separator: 0x20)
    for _ in 0..<column { if fields.next() == nil { return nil } }
    return fields.next().flatMap { Decimal.value($0, atMost: .max >> 8) }
  }

  /// Reads the files of the process's network namespace.
  private mutating func read(_ pid: UInt32) {
    readingCount += 1
    for slot in slots.indices { slots[slot] = 0 }
    count = 0
    var names = Words(bytes(of: Self.files), separator: 0x20)
    var index = 0
    while let name = names.next() {
      let kind: DescriptorKind =
        switch index {
        case 0: .unix
        case 1...4: .inet
        case 5...8: .inet6
        default: .netlink
        }
      var path = PathText("/proc/")
      path.append(pid)
      path.append("/net/")
      path.append(name)
      path.forEachLine { line in
        if let inode = Self.inode(line, column: kind == .unix ? 6 : 9) { insert(inode, kind) }
      }
      index += 1
    }
  }

  private subscript(inode: UInt64) -> DescriptorKind? {
    let entry = slots[slot(of: inode)]
    return entry == 0 ? nil : DescriptorKind(rawValue: UInt8(truncatingIfNeeded: entry))
  }

  /// A socket that is closed but not yet gone has the inode 0.
  private mutating func insert(_ inode: UInt64, _ kind: DescriptorKind) {
    if inode == 0 { return }
    if 2 * (count + 1) > slots.count { grow() }
    let slot = slot(of: inode)
    if slots[slot] == 0 { count += 1 }
    slots[slot] = inode << 8 | UInt64(kind.rawValue)
  }

  private func slot(of inode: UInt64) -> Int {
    var slot = NumberTable<Void>.hash(UInt32(truncatingIfNeeded: inode)) & (slots.count - 1)
    while slots[slot] != 0 && slots[slot] >> 8 != inode { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: 2 * old.count)
    for entry in old where entry != 0 { slots[slot(of: entry >> 8)] = entry }
  }
}
