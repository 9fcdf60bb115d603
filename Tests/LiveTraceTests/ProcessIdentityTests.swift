import CPlatform
import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

@Suite struct ProcessIdentityTests {
  private func startTick(_ text: String) -> UInt64? {
    Array(text.utf8).withUnsafeBytes { ProcessIdentity.startTick(stat: $0) }
  }

  @Test func theStartIsThe22ndFieldWhateverTheNameIs() {
    let rest = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 54321 20 21"
    for name in ["sh", "a b", "x) R 1 2", "((", ""] {
      #expect(startTick("7 (\(name)) \(rest)") == 54_321)
    }
    let wordy = "7 (sh) " + rest.replacing("54321", with: "x")
    // A device that has run for 500 days: over 32 bits.
    #expect(startTick("7 (sh) " + rest.replacing("54321", with: "4294967296")) == 4_294_967_296)
    for text in ["", "7", "7 (sh)", "7 (sh) S 1 2 3", wordy] {
      #expect(startTick(text) == nil)
    }
  }

  @Test func aProcessHasBegunBeforeNow() throws {
    let process = UInt32(getpid())
    let tick = try #require(ProcessIdentity.startTick(of: process))
    let now = ProcessIdentity.tick(at: mle_now())
    #expect(tick <= now && tick > 0)
    // No test runs for a day.
    #expect(now - tick < 8_640_000)
    #expect(ProcessIdentity.startTick(of: UInt32(Int32.max)) == nil)
  }

  @Test func theParentOfWhoHasBegunSinceIsKnown() throws {
    let before = mle_now() - 20_000_000
    let child = try Program.liveChild.start(["work", "1000"])
    let pid = UInt32(child.processID)
    usleep(20_000)
    #expect(ProcessIdentity.parent(of: pid, begunAfter: before) == UInt32(getpid()))
    #expect(ProcessIdentity.parent(of: pid, begunAfter: mle_now()) == nil)
    #expect(ProcessIdentity.parent(of: pid, begunAfter: nil) == UInt32(getpid()))
    #expect(ProcessIdentity.parent(of: UInt32(Int32.max), begunAfter: nil) == nil)
  }

  @Test func aProcessRunsItsExecutableFile() throws {
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = UInt32(getpid())
    #expect(path.withCString { ProcessIdentity.runs(process, $0) })
    #expect(!(path + "x").withCString { ProcessIdentity.runs(process, $0) })
    #expect(!String(path.dropLast()).withCString { ProcessIdentity.runs(process, $0) })
  }

  @Test func aProcessRunsItsFileOnceItsFirstThreadHasEnded() throws {
    let child = try Program.liveChild.start(["leaderless", "60000"])
    let pid = UInt32(child.processID)
    try eventually {
      let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      return stat.contains(") Z ")
    }
    #expect(Program.liveChild.path.withCString { ProcessIdentity.runs(pid, $0) })
    #expect(!"/bin/sh".withCString { ProcessIdentity.runs(pid, $0) })
  }

  @Test func aProcessRunsWhatALinkLeadsToAlsoOnceThatIsReplaced() throws {
    let directory = try TemporaryDirectory()
    let (file, link) = (directory.file("multi"), directory.file("applet"))
    try FileManager.default.copyItem(atPath: Program.liveChild.path, toPath: file)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    let child = try Program(path: link).start(["work", "1000"])
    let process = UInt32(child.processID)
    func runs(_ path: String) -> Bool { path.withCString { ProcessIdentity.runs(process, $0) } }
    #expect(runs(file) && runs(link))
    #expect(!runs(Program.liveChild.path))
    // As an upgrade does it.
    try FileManager.default.copyItem(atPath: Program.liveChild.path, toPath: directory.file("new"))
    #expect(rename(directory.file("new"), file) == 0)
    #expect(runs(file) && runs(link))
    #expect(!runs(directory.file("new")) && !runs(Program.liveChild.path))
    try FileManager.default.removeItem(atPath: file)
    #expect(runs(file) && !runs(file + " (deleted)"))
  }

  static let hasNameSpaces: Bool = {
    let outcome = try? Program(path: "/usr/bin/unshare").run([
      "-Urm", "mount", "-t", "tmpfs", "none", "/mnt",
    ])
    if outcome?.status != 0 { print("skipped: no name spaces of one's own") }
    return outcome?.status == 0
  }()

  /// In a name space of its own, everybody can mount what he likes on any directory.
  @Test(.enabled(if: Self.hasNameSpaces, "no name spaces of one's own"), arguments: [false, true])
  func aPathInAnotherMountIsAnotherFile(isDeleted: Bool) throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("program")
    try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: file)
    let child = try Program(path: "/usr/bin/unshare").start([
      "-Urm", "sh", "-c",
      """
      mount -t tmpfs none \(directory.path) && cp /bin/sleep \(file) || exit 9
      \(isDeleted ? "(sleep 0.2; rm \(file)) &" : "")
      exec \(file) 60
      """,
    ])
    let process = UInt32(child.processID)
    let isThere = eventually(within: 10) {
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
      return link == file + (isDeleted ? " (deleted)" : "")
    }
    try #require(isThere)
    #expect(!file.withCString { ProcessIdentity.runs(process, $0) })
  }

  private func call(_ text: String) -> (number: Int32, arguments: [UInt64])? {
    Array(text.utf8).withUnsafeBytes { bytes in
      ProcessFiles.parse(syscall: bytes).map { call in
        (call.number, (0..<6).map { call.arguments[$0] })
      }
    }
  }

  @Test func theCallThatAThreadWaitsInHasSixArguments() throws {
    let found = try #require(
      call("43 0x3 0x7ffd0 0x1c 0x0 0x0 0xffffffffffffffff 0x7ffd1 0x7f00\n"))
    #expect(found.number == 43)
    #expect(found.arguments == [3, 0x7ffd0, 0x1c, 0, 0, .max])
    for text in ["running\n", "-1 0x0 0x0\n", "", "43 0x3", "43 3 4 5 6 7 8", "43 0xg 0 0 0 0 0"] {
      #expect(call(text) == nil, "\(text)")
    }
  }
}
