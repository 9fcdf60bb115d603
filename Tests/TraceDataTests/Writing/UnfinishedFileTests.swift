import Foundation
import TestSupport
import Testing

@testable import TraceData

/// Two programs that make one file.
@Suite struct UnfinishedFileTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func make(_ path: String, _ text: String) throws -> UnfinishedFile {
    let file = try UnfinishedFile(path)
    #expect(write(file.descriptor, text, text.utf8.count) == text.utf8.count)
    return file
  }

  @Test func theSecondIsRefusedAndTheFirstIsWhole() throws {
    let path = directory.file("a")
    let first = try make(path, "first")
    let error = #expect(throws: SystemCallError.self) { try UnfinishedFile(path) }
    #expect(error?.code == EBUSY)
    try first.commit()
    #expect(try directory.read("a") == Array("first".utf8))
    #expect(try directory.names() == ["a"])
  }

  /// As HDF5 locks what it opens.
  @Test func whatIsDoneMayBeLocked() throws {
    let path = directory.file("a")
    let file = try make(path, "whole")
    try file.commit()
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_SH | LOCK_NB) == 0)
    withExtendedLifetime(file) {}
  }

  @Test func theNextOneTakesThePlaceOfWhatIsDone() throws {
    let path = directory.file("a")
    try make(path, "longer than the next").commit()
    try make(path, "next").commit()
    #expect(try directory.read("a") == Array("next".utf8))
  }

  @Test func whatAKilledProgramLeftIsBegunAgain() throws {
    _ = try directory.write("half".utf8, to: "a.tmp")
    try make(directory.file("a"), "new").commit()
    #expect(try directory.read("a") == Array("new".utf8))
    #expect(try directory.names() == ["a"])
  }
}
