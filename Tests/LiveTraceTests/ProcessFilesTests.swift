import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

@Suite struct ProcessFilesTests {
  /// What was open before a recording must look as if it had been opened in it, where only
  /// O_DIRECTORY tells anything.
  @Test func whatHasANameIsAFileOrADirectory() throws {
    var files = ProcessFiles(is64Bit: true)
    func kind(_ path: String) -> DescriptorKind? {
      let descriptor = open(path, O_RDONLY)
      defer { close(descriptor) }
      return files.descriptor(Int(descriptor), of: UInt32(getpid()))
    }
    #expect(kind("/dev/null") == .regular)
    #expect(kind("/proc/self/exe") == .regular)
    #expect(kind("/") == .directory)
  }

  @Test func whatHasNoNameIsWhatItWasMadeAs() throws {
    var files = ProcessFiles(is64Bit: true)
    let process = UInt32(getpid())
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    func kind(_ descriptor: Int32) -> DescriptorKind? {
      files.descriptor(Int(descriptor), of: process)
    }
    #expect(kind(ends[0]) == .pipe)
    #expect(kind(socket) == .unix)
    for descriptor in ends + [socket] { close(descriptor) }
    #expect(kind(socket) == nil)
  }

  /// Of each of many sockets, in one reading of what lists them.
  @Test func allSocketsOfAProcessAreFoundInOneReading() throws {
    var files = ProcessFiles(is64Bit: true)
    var sockets: [Int: DescriptorKind] = [:]
    func open(_ family: Int32, _ type: Int32, _ kind: DescriptorKind) {
      let descriptor = socket(family, type, 0)
      if descriptor >= 0 { sockets[Int(descriptor)] = kind }
    }
    for _ in 0..<50 {
      open(AF_UNIX, Int32(SOCK_STREAM.rawValue), .unix)
      open(AF_INET, Int32(SOCK_DGRAM.rawValue), .inet)
      open(AF_INET6, Int32(SOCK_DGRAM.rawValue), .inet6)
      open(AF_NETLINK, Int32(SOCK_RAW.rawValue), .netlink)
      open(AF_ALG, 5, .otherSocket)
    }
    defer { for socket in sockets.keys { close(Int32(socket)) } }
    // Without an address they are in no list.
    let families: [DescriptorKind: Int32] = [
      .inet: AF_INET, .inet6: AF_INET6, .netlink: AF_NETLINK,
    ]
    for (socket, kind) in sockets {
      guard let family = families[kind] else { continue }
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(family)
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(Int32(socket), $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
        }
      }
      #expect(code == 0)
    }
    var found: [Int: DescriptorKind] = [:]
    files.forEachDescriptor(of: UInt32(getpid())) { number, kind, _ in found[number] = kind }
    #expect(files.sockets.readingCount == 1)
    for (socket, kind) in sockets { #expect(found[socket] == kind) }
    // They are known now.
    for (socket, kind) in sockets {
      let again = files.descriptor(socket, of: UInt32(getpid()))
      #expect(again == kind)
    }
    #expect(files.sockets.readingCount == 1)
  }

  @Test func aLackOfDescriptorsEndsNobody() throws {
    let (files, process) = (ProcessFiles(is64Bit: true), UInt32(getpid()))
    try withoutDescriptors {
      #expect(files.exists(ThreadID(pid: process, tid: process)))
      #expect(!files.exists(ThreadID(pid: process, tid: .max)))
    }
    #expect(files.exists(ThreadID(pid: process, tid: process)))
  }

  @Test func aCgroupHasTheProcessesOfThoseBelowIt() throws {
    let directory = try TemporaryDirectory()
    for (cgroup, processes) in [("", "5\n6\n"), ("a", ""), ("a/b", "7\n"), ("..c", "8\n")] {
      let path = directory.file(cgroup)
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try processes.write(toFile: path + "/cgroup.procs", atomically: false, encoding: .utf8)
    }
    #expect(directory.path.withCString { PathText($0).cgroupProcesses() }.sorted() == [5, 6, 7, 8])
  }

  @Test func aFileOfAnyLengthIsReadByLines() throws {
    let directory = try TemporaryDirectory()
    let numbers = (0..<400_000).map { UInt32(truncatingIfNeeded: $0 * 5_003) & 0x3f_ffff }
    let text = numbers.map { "\($0)\n" }.joined() + "7"
    let file = try directory.write(text.utf8, to: "numbers")
    #expect(text.utf8.count > 2 << 20)
    #expect(file.withCString { PathText($0).numbers() } == numbers + [7])
    #expect("/no/such/file".withCString { PathText($0).numbers() } == [])
  }
}
