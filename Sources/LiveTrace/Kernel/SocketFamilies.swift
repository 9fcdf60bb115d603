import KernelTrace

/// The address families of sockets by their inodes, as `/proc/PID/net` lists them.
struct SocketFamilies {
  private let pid: UInt32

  /// Those of the process's network namespace.
  init(_ pid: UInt32) { self.pid = pid }

  /// The kind of the socket whose inode has these digits.
  func kind(ofInode inode: UnsafeRawBufferPointer) -> DescriptorKind {
    // The column of the inode in each file, counted from 0.
    if lists("unix", inode, column: 6) { return .unix }
    if lists("tcp", inode, column: 9) || lists("udp", inode, column: 9)
      || lists("raw", inode, column: 9) || lists("icmp", inode, column: 9)
    {
      return .inet
    }
    if lists("tcp6", inode, column: 9) || lists("udp6", inode, column: 9)
      || lists("raw6", inode, column: 9) || lists("icmp6", inode, column: 9)
    {
      return .inet6
    }
    return lists("netlink", inode, column: 9) ? .netlink : .otherSocket
  }

  private func lists(
    _ file: StaticString, _ inode: UnsafeRawBufferPointer, column: Int
  ) -> Bool {
    var path = PathText("/proc/")
    path.append(pid)
    path.append("/net/")
    path.append(file)
    guard let text = path.read(atMost: 1 << 20) else { return false }
    return text.withUnsafeBytes { Self.lists($0, inode, column: column) }
  }

  /// Whether a line of `text` has `inode` in `column`.
  static func lists(
    _ text: UnsafeRawBufferPointer, _ inode: UnsafeRawBufferPointer, column: Int
  ) -> Bool {
    var lines = Words(text, separator: 0x0a)
    while let line = lines.next() {
      var fields = Words(line, separator: 0x20)
      var index = 0
      while let field = fields.next() {
        if index == column {
          if compareBytes(field, inode) == 0 { return true }
          break
        }
        index += 1
      }
    }
    return false
  }
}
