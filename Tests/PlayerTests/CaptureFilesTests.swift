import CPlatform
import Foundation
import TestSupport
import Testing

@testable import Player

@Suite struct CaptureFilesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func beginning(_ name: String, _ options: String...) throws -> CaptureFiles {
    let arguments = ["--pid", "1", "-o", directory.file(name)] + options
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map {
      UnsafeMutablePointer(mutating: WatchBench.kept($0))
    }
    return try CaptureFiles.beginning(RecordOptions(words.count, &words, from: 0), at: 0)
  }

  /// The number of this process's descriptor of a file.
  private func descriptor(of name: String) throws -> Int32 {
    let place = "/proc/self/fd"
    let number = try FileManager.default.contentsOfDirectory(atPath: place).first {
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place + "/" + $0)
      return target == directory.file(name)
    }
    return try #require(number.flatMap { Int32($0) })
  }

  /// A descriptor that only stands for a path refuses to be synchronized.
  @Test func whatDoesNotReachTheDiskIsAFailure() throws {
    var files = try beginning("a.mlt")
    try files.finish()
    let written = try descriptor(of: "a.mlt")
    let path = open(directory.file("a.mlt"), 0o10000000 /* O_PATH */ | O_CLOEXEC)
    dup2(path, written)
    close(path)
    var failures: [Int32] = []
    do throws(Failure) { _ = try files.keepUp(at: 1_000_000_000) } catch {
      if case .captureNotWritten(let code) = error { failures.append(code) }
    }
    do throws(Failure) { try files.finish() } catch {
      if case .captureNotWritten(let code) = error { failures.append(code) }
    }
    #expect(failures == [EBADF, EBADF])
  }

  @Test func onlyItsOwnFilesCount() throws {
    _ = try directory.write("another recording's".utf8, to: "a.1.mlt")
    var files = try beginning("a.mlt", "--rotate-seconds", "1")
    let hasRotated = try files.keepUp(at: 1_000_000_001)
    let count = files.fileCount
    #expect(hasRotated && count == 2)
    #expect(try directory.names() == ["a.1.mlt", "a.2.mlt", "a.mlt"])
  }

  @Test func aFileIsOverAfterItsSecondsAndTheNextOneAfterTheSameTime() throws {
    var files = try beginning("a.mlt", "--rotate-seconds", "2")
    var counts: [Int] = []
    for time in [1_999_999_999, 2_500_000_000, 4_499_999_999, 4_500_000_000] as [UInt64] {
      _ = try files.keepUp(at: time)
      counts.append(files.fileCount)
    }
    #expect(counts == [1, 2, 2, 3])
  }

  @Test func aPipeInTheWayOfTheNextFileIsLeftAlone() throws {
    mkfifo(directory.file("a.1.mlt"), 0o600)
    var files = try beginning("a.mlt", "--rotate-seconds", "1")
    _ = try files.keepUp(at: 1_000_000_001)
    #expect(try directory.names() == ["a.1.mlt", "a.2.mlt", "a.mlt"])
  }

  @Test func aPipeNeedsNoDisk() throws {
    mkfifo(directory.file("pipe"), 0o600)
    let reader = open(directory.file("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    var files = try beginning("pipe")
    try files.finish()
  }

  @Test func aFileWithoutARecordingIsRemoved() throws {
    let files = try beginning("a.mlt")
    #expect(try directory.names() == ["a.mlt"])
    files.abandon()
    #expect(try directory.names() == [])
  }

  @Test func aPipeWithoutARecordingStays() throws {
    mkfifo(directory.file("pipe"), 0o600)
    let reader = open(directory.file("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    let files = try beginning("pipe")
    files.abandon()
    #expect(try directory.names() == ["pipe"])
  }
}
