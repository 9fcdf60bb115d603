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
    let (files, process) = (ProcessFiles(is64Bit: true), UInt32(getpid()))
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    #expect(files.descriptor(Int(ends[0]), of: process) == .pipe)
    #expect(files.descriptor(Int(socket), of: process) == .unix)
    for descriptor in ends + [socket] { close(descriptor) }
    #expect(files.descriptor(Int(socket), of: process) == nil)
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
}
