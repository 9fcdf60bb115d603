import CPlatform
import KernelTrace

/// A path put together from parts, for calls that take C strings.
package struct PathText {
  private var characters: [CChar] = [0]

  /// A path that begins so.
  package init(_ start: StaticString) { append(start) }

  /// A path that begins so.
  package init(_ start: UnsafePointer<CChar>) { append(start) }

  /// That of what the kernel tells about a process.
  @inline(never)
  init(process pid: UInt32, _ rest: StaticString) {
    self.init("/proc/")
    append(pid)
    append(rest)
  }

  /// That of what it tells about a thread.
  @inline(never)
  init(thread: ThreadID, _ rest: StaticString) {
    self.init(process: thread.pid, "/task/")
    append(thread.tid)
    append(rest)
  }

  /// Adds to its end.
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { append(byte: byte) } }
  }

  /// Adds bytes without a zero.
  package mutating func append(_ text: UnsafeRawBufferPointer) {
    for byte in text { append(byte: byte) }
  }

  mutating func append(_ text: UnsafePointer<CChar>) {
    var next = text
    while next.pointee != 0 {
      append(byte: UInt8(bitPattern: next.pointee))
      next += 1
    }
  }

  /// Adds a decimal number.
  @inline(never)
  package mutating func append(_ number: UInt32) {
    if number >= 10 { append(number / 10) }
    append(byte: 0x30 + UInt8(truncatingIfNeeded: number % 10))
  }

  @inline(never)
  private mutating func append(byte: UInt8) {
    characters[characters.count - 1] = CChar(bitPattern: byte)
    characters.append(0)
  }

  private mutating func removeLast() {
    characters.removeLast()
    characters[characters.count - 1] = 0
  }

  /// Calls `body` with the path as C has it.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result? {
    characters.withUnsafeBufferPointer { $0.baseAddress.map(body) }
  }

  /// The path without its end.
  var bytes: [UInt8] { characters.dropLast().map { UInt8(bitPattern: $0) } }

  /// The path of what the path leads to, without any symbolic link; nil where there is nothing.
  func target() -> [UInt8]? { atTarget("/proc/self/fd/") { $0.link() } }

  /// The kernel's number of the mount through which the path leads to where it does; nil where there is
  /// nothing.
  func mountNumber() -> UInt32? {
    atTarget("/proc/self/fdinfo/") { facts in
      let key: StaticString = "mnt_id:\t"
      var number: UInt32?
      facts.forEachLine { line in
        guard starts(line, with: key) else { return }
        number = Decimal.identifier(
          UnsafeRawBufferPointer(rebasing: line[key.utf8CodeUnitCount...]))
      }
      return number
    }
  }

  /// Calls `body` with where the kernel tells, in the given directory, about what the path leads to.
  private func atTarget<Result>(
    _ directory: StaticString, _ body: (PathText) -> Result?
  ) -> Result? {
    guard let descriptor = withCString({ mle_open_place($0) }), descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var path = PathText(directory)
    path.append(UInt32(bitPattern: descriptor))
    return body(path)
  }

  /// The path of the directory that it is in.
  var directory: PathText {
    var path = self
    while let last = path.characters.dropLast().last, last != 0x2f { path.removeLast() }
    return path
  }

  /// What the path leads to, as `st_mode`; below 0: -errno.
  package var mode: Int32 { withCString { mle_file_mode($0) } ?? -2 }

  /// The first `limit` bytes of the file; nil where it cannot be read.
  @inline(never)
  func read(atMost limit: Int = 65_536) -> [UInt8]? {
    guard let descriptor = withCString({ mle_open_for_reading($0) }), descriptor >= 0 else {
      return nil
    }
    defer { _ = close(descriptor) }
    var contents = [UInt8](repeating: 0, count: limit)
    var count = 0
    while count < limit {
      let added = contents.withUnsafeMutableBytes { buffer in
        CPlatform.read(descriptor, buffer.baseAddress.map { $0 + count }, limit - count)
      }
      if added < 0 { return nil }
      if added == 0 { break }
      count += added
    }
    contents.removeLast(limit - count)
    return contents
  }

  /// Calls `body` with each line of the file, of which only a piece is in memory at a time; a line
  /// of over 16 KiB comes in pieces. There is none where it cannot be read.
  @inline(never)
  func forEachLine(_ body: (UnsafeRawBufferPointer) -> Void) {
    guard let descriptor = withCString({ mle_open_for_reading($0) }), descriptor >= 0 else {
      return
    }
    defer { _ = close(descriptor) }
    var piece = [UInt8](repeating: 0, count: 16_384)
    var (count, isOver) = (0, false)
    while !isOver {
      piece.withUnsafeMutableBytes { buffer in
        guard let base = buffer.baseAddress else { return }
        let added = CPlatform.read(descriptor, base + count, buffer.count - count)
        isOver = added <= 0
        count += max(added, 0)
        let text = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        // What follows the last line's end waits for its own.
        var end = count
        if !isOver, let last = text.lastIndex(of: 0x0a) {
          end = last + 1
        } else if !isOver, count < buffer.count {
          end = 0
        }
        var lines = Words(UnsafeRawBufferPointer(rebasing: text[..<end]), separator: 0x0a)
        while let line = lines.next() { body(line) }
        base.copyMemory(from: base + end, byteCount: count - end)
        count -= end
      }
    }
  }

  /// The decimal numbers that are the file's lines; none where it cannot be read.
  @inline(never)
  package func numbers() -> [UInt32] {
    var numbers: [UInt32] = []
    forEachLine { if let number = Decimal.identifier($0) { numbers.append(number) } }
    return numbers
  }

  /// The target of the symbolic link, whole as far as the kernel has paths (PATH_MAX); nil where it is none.
  func link() -> [UInt8]? {
    var target = [CChar](repeating: 0, count: 4096)
    let count = target.withUnsafeMutableBufferPointer { buffer in
      withCString { path in
        buffer.baseAddress.map { mle_read_link(path, $0, buffer.count) } ?? -1
      } ?? -1
    }
    guard count >= 0 else { return nil }
    return target[..<count].map { UInt8(bitPattern: $0) }
  }

  /// Calls `body` with each entry of the directory whose name is a decimal number.
  func forEachNumber(_ body: (UInt32) -> Void) {
    forEachEntry { name, _ in if let number = Decimal.identifier(name) { body(number) } }
  }

  /// The processes of the cgroup that has this directory, and of all cgroups below it.
  package func cgroupProcesses() -> [UInt32] {
    var path = self
    path.append("/cgroup.procs")
    var processes = path.numbers()
    forEachEntry { name, isDirectory in
      let isItselfOrParent = name.count <= 2 && name.allSatisfy { $0 == 0x2e }
      guard isDirectory, !isItselfOrParent else { return }
      var below = self
      below.append("/")
      below.append(name)
      processes += below.cgroupProcesses()
    }
    return processes
  }

  /// Calls `body` with each entry's name, which is not empty, and whether it is a directory.
  @inline(never)
  private func forEachEntry(_ body: (UnsafeRawBufferPointer, Bool) -> Void) {
    guard let descriptor = withCString({ mle_open_for_reading($0) }), descriptor >= 0 else {
      return
    }
    defer { _ = close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes {
        mle_read_directory(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      buffer.withUnsafeBytes { bytes in
        Self.forEachEntry(UnsafeRawBufferPointer(rebasing: bytes[..<count]), body)
      }
    }
  }

  /// struct linux_dirent64: inode u64, offset u64, length u16, type u8, name.
  private static func forEachEntry(
    _ entries: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Bool) -> Void
  ) {
    var position = 0
    while position + 19 < entries.count {
      let length = Int(
        entries.loadUnaligned(fromByteOffset: position + 16, as: UInt16.self))
      guard length >= 20, position + length <= entries.count else { return }
      let name = entries[(position + 19)..<(position + length)].prefix { $0 != 0 }
      if !name.isEmpty {
        body(UnsafeRawBufferPointer(rebasing: name), entries[position + 18] == 4)  // DT_DIR
      }
      position += length
    }
  }
}
