import Checkpoints
import Foundation
import ModelFormat
import TestSupport
import Testing

@testable import Training

/// Checkpoints that h5py wrote (`Tests/Reference/write_checkpoint.py`).
@Suite struct ForeignCheckpointTests {
  private func check(_ path: String) throws {
    let checkpoint = try Checkpoint.read(path)
    var configuration = TrainingConfiguration()
    configuration.channels = 3
    configuration.dilations = [1, 4]
    configuration.activation = .relu
    configuration.isTied = false
    #expect(checkpoint.architecture == (try configuration.architecture(vocabularySize: 5)))
    #expect(checkpoint.vocabulary.map(\.name) == ["unknown", "open", "read", "write", "close"])
    #expect(checkpoint.vocabulary.map(\.id) == [0, 1, 2, 3, 4])
    #expect(checkpoint.parameters == (0..<checkpoint.parameters.count).map { Float($0) / 64 })
    #expect(checkpoint.bestParameters == nil)
    #expect(checkpoint.training == nil)
  }

  @Test func theCommittedOneIsRead() throws {
    let path = try #require(
      Bundle.module.path(forResource: "h5py.ckpt", ofType: "h5", inDirectory: "Golden"))
    try check(path)
  }

  @Test func itHasNothingToResume() throws {
    let path = try #require(
      Bundle.module.path(forResource: "h5py.ckpt", ofType: "h5", inDirectory: "Golden"))
    let run = try TinyRun()
    let checkpoint = try Checkpoint.read(path)
    #expect {
      try run.job().run(resuming: checkpoint, savingTo: run.path, options: run.options())
    } throws: {
      if case TrainingError.notResumable = $0 { true } else { false }
    }
  }

  @Test func oneWrittenNowIsRead() throws {
    guard let python = ProcessInfo.processInfo.environment["MLE_PYTHON"] else {
      print("skipped: MLE_PYTHON names no Python with h5py")
      return
    }
    let directory = try TemporaryDirectory()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Reference/write_checkpoint.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script.path, directory.file("new.h5")]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    try check(directory.file("new.h5"))
  }
}
