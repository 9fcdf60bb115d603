import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

@Suite struct ProcessFilesTests {
  /// What was open before a recording must look as if it had been opened in it, where only
  /// O_DIRECTORY tells anything.
  @Test func whatHasANameIsAFileOrADirectory() throws {
    let files = ProcessFiles(is64Bit: true)
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
    let files = ProcessFiles(is64Bit: true)
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

  /// Whether it has an address or not, as if it had been made while it was watched.
  @Test(arguments: [
    (AF_UNIX, Int32(SOCK_STREAM.rawValue), DescriptorKind.unix),
    (AF_UNIX, Int32(SOCK_DGRAM.rawValue), .unix),
    (AF_INET, Int32(SOCK_STREAM.rawValue), .inet),
    (AF_INET, Int32(SOCK_DGRAM.rawValue), .inet),
    (AF_INET, Int32(SOCK_RAW.rawValue), .inet),
    (AF_INET6, Int32(SOCK_STREAM.rawValue), .inet6),
    (AF_INET6, Int32(SOCK_DGRAM.rawValue), .inet6),
    (AF_NETLINK, Int32(SOCK_RAW.rawValue), .netlink),
    (AF_PACKET, Int32(SOCK_RAW.rawValue), .otherSocket),
    (AF_ALG, 5, .otherSocket),
  ])
  func aSocketIsOfItsFamily(family: Int32, type: Int32, kind: DescriptorKind) {
    let isRawInternet = family == AF_INET && type == Int32(SOCK_RAW.rawValue)
    let socket = socket(family, type, isRawInternet ? 1 : 0)
    guard socket >= 0 else {
      let reason = String(cString: strerror(errno))
      print("skipped: no socket of family \(family), type \(type): \(reason)")
      return
    }
    defer { close(socket) }
    let files = ProcessFiles(is64Bit: true)
    #expect(files.descriptor(Int(socket), of: UInt32(getpid())) == kind)
  }

  @Test func aProtocolIsOfItsFamily() {
    let names = ["UDPLITEv6", "UDP-Lite", "MPTCP", "PINGv6", "AF_VSOCK", "T", ""]
    let kinds = names.map { name in
      Array(name.utf8).withUnsafeBytes { ProcessFiles.kind(ofProtocol: $0) }
    }
    #expect(
      kinds == [.inet6, .inet, .inet, .inet6, .otherSocket, .otherSocket, .otherSocket])
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
