import CPlatform
import Foundation
import TestSupport
import Testing

@testable import Player

@Suite struct CaptureFilesTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func beginning(_ name: String) throws -> CaptureFiles {
    var words: [UnsafeMutablePointer<CChar>?] = ["--pid", "1", "-o", directory.file(name)].map {
      UnsafeMutablePointer(mutating: WatchBench.kept($0))
    }
    return try CaptureFiles.beginning(RecordOptions(words.count, &words, from: 0), at: 0)
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
