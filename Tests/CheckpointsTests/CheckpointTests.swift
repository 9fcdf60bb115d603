import Foundation
import ModelFormat
import TestSupport
import Testing
import TraceData

@testable import Checkpoints

@Suite struct CheckpointTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// A complete checkpoint with random numbers in it.
  static func example(_ change: (inout TrainingConfiguration) -> Void = { _ in }) throws
    -> Checkpoint
  {
    var random = SplitMix64(seed: 7)
    var configuration = TrainingConfiguration()
    configuration.channels = 3
    configuration.dilations = [1, 2]
    change(&configuration)
    let architecture = try configuration.architecture(vocabularySize: 4)
    func numbers() -> [Float] { (0..<architecture.parameterCount).map { _ in random.nextUnit() } }
    let names = ["unknown", "open:rdonly", "execve", "read:eof=1"]
    var checkpoint = Checkpoint(
      architecture: architecture,
      vocabulary: zip([0, 4, 9, 4_000_000_000], names).map { VocabularyEntry(id: $0, name: $1) },
      parameters: numbers())
    checkpoint.bestParameters = numbers()
    var progress = TrainingProgress()
    progress.step = 137
    progress.epoch = 3
    progress.batch = 17
    progress.lossSum = 0.1 + 0.2
    progress.lossCount = 4711
    progress.best = TrainingProgress.Best(epoch: 2, loss: 1 / 3)
    progress.epochsSinceBest = 1
    checkpoint.training = TrainingState(
      configuration: configuration, dataDigest: "abc", createdBy: "mle-trainer 0.1.0",
      progress: progress, firstMoment: numbers(), secondMoment: numbers())
    return checkpoint
  }

  private func write(_ checkpoint: Checkpoint) throws -> String {
    let path = directory.file("a.ckpt.h5")
    try checkpoint.write(to: path)
    return path
  }

  private func fault(_ path: String) -> CheckpointError.Fault? {
    do throws(CheckpointError) {
      _ = try Checkpoint.read(path)
      return nil
    } catch { return error.fault }
  }

  @Test func whatIsWrittenIsRead() throws {
    for tied in [true, false] {
      let checkpoint = try Self.example {
        $0.isTied = tied
        $0.activation = tied ? .gated : .relu
      }
      #expect(try Checkpoint.read(try write(checkpoint)) == checkpoint)
    }
    let window = try Self.example { $0.network = .windowCNN }
    #expect(try Checkpoint.read(try write(window)) == window)
  }

  @Test func weightsAloneAreACheckpoint() throws {
    var checkpoint = try Self.example()
    checkpoint.bestParameters = nil
    checkpoint.training = nil
    #expect(try Checkpoint.read(try write(checkpoint)) == checkpoint)
    #expect(checkpoint.provenance.isEmpty)
    #expect(checkpoint.chosenParameters == checkpoint.parameters)
  }

  @Test func theSameContentGivesTheSameBytes() throws {
    let checkpoint = try Self.example()
    _ = try write(checkpoint)
    let first = try directory.read("a.ckpt.h5")
    _ = try write(checkpoint)
    #expect(try directory.read("a.ckpt.h5") == first)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.ckpt.h5"])
  }

  @Test func theProvenanceNamesSettingsDataAndChoice() throws {
    let checkpoint = try Self.example()
    let facts = checkpoint.provenance
    #expect(facts.map(\.key) == facts.map(\.key).sorted())
    let byKey = Dictionary(uniqueKeysWithValues: facts.map { ($0.key, $0.value) })
    #expect(byKey["training.channels"] == "3")
    #expect(byKey["training.seed"] == "1")
    #expect(byKey["data.digest"] == "abc")
    #expect(byKey["trainer"] == "mle-trainer 0.1.0")
    #expect(byKey["chosen.epoch"] == "2")
    #expect(byKey["chosen.held-out-loss"] == "\(1.0 / 3)")
    let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    #expect(facts.allSatisfy { allowed.isSuperset(of: $0.key) })
  }

  // MARK: Damage

  @Test func everyTruncationIsRefused() throws {
    _ = try write(try Self.example())
    let bytes = try directory.read("a.ckpt.h5")
    for length in stride(from: 0, to: bytes.count, by: 64) {
      let cut = try directory.write(bytes.prefix(length), to: "cut.h5")
      #expect(fault(cut) != nil, "cut to \(length) of \(bytes.count) bytes")
    }
    let last = try directory.write(bytes.dropLast(), to: "cut.h5")
    #expect(fault(last) != nil)
  }

  @Test func aFlippedBitIsRefusedOrChangesNothing() throws {
    let checkpoint = try Self.example()
    _ = try write(checkpoint)
    var bytes = try directory.read("a.ckpt.h5")
    var random = SplitMix64(seed: 21)
    var refused = 0
    for index in stride(from: 0, to: bytes.count, by: 37) {
      let bit = UInt8(1 << (random.next() % 8))
      bytes[index] ^= bit
      let path = try directory.write(bytes, to: "flipped.h5")
      bytes[index] ^= bit
      do throws(CheckpointError) {
        // Space that HDF5 does not use may change.
        #expect(try Checkpoint.read(path) == checkpoint, "byte \(index), bit \(bit)")
      } catch { refused += 1 }
    }
    #expect(refused > bytes.count / 37 / 2)
  }

  @Test func foreignAndEmptyAndMissingFilesAreRefused() throws {
    let missing = directory.file("missing.h5")
    #expect(fault(missing) == .hdf5(HDF5Error.reading(missing)))
    let empty = try directory.write([], to: "empty.h5")
    #expect(fault(empty) == .hdf5(HDF5Error.reading(empty)))
    let text = try directory.write(Array("epoch,loss\n1,2\n".utf8), to: "text.h5")
    #expect(fault(text) == .hdf5(HDF5Error.reading(text)))
    #expect(fault(directory.path) == .hdf5(HDF5Error.reading(directory.path)))
    let other = directory.file("other.h5")
    let file = try HDF5File(creating: other)
    try file.root.setAttribute("format", "mle-traces")
    try file.commit()
    #expect(fault(other) == .otherFormat(found: "mle-traces"))
  }

  // MARK: Content that is not allowed

  @Test func contentThatNoDetectorMayHaveIsNamed() throws {
    func fault(_ change: (inout Checkpoint) -> Void) throws -> CheckpointError.Fault? {
      var checkpoint = try Self.example()
      change(&checkpoint)
      return self.fault(try write(checkpoint))
    }
    #expect(try fault { _ in } == nil)
    #expect(
      try fault { $0.parameters[9] = .nan }
        == .notFinite(object: "/parameters/blocks.0.conv.weight", index: 9))
    #expect(
      try fault { $0.bestParameters?[0] = -.infinity }
        == .notFinite(object: "/best/parameters", index: 0))
    #expect(try fault { $0.rename(0, "none") } == .stateName(index: 0, found: "none"))
    #expect(try fault { $0.rename(2, "a b") } == .stateName(index: 2, found: "a b"))
    #expect(
      try fault { $0.rename(3, "execve") } == .repeatedStateName(index: 3, found: "execve"))
    #expect(try fault { $0.renumber(2, 4) } == .stateID(index: 2, found: 4))
    #expect(try fault { $0.renumber(0, 1) } == .stateID(index: 0, found: 1))
    #expect(
      try fault { $0.training?.progress.best?.epoch = 9 }
        == .attribute(name: "best_epoch", found: "9", allowed: "the epoch of /best"))
    let count = try Self.example().parameters.count
    #expect(
      try fault { $0.training?.firstMoment.removeLast() }
        == .wrongShape(object: "/optimizer/first_moment", found: [count - 1], expected: [count]))
    #expect(
      try fault { $0.training?.progress.batch = -1 }
        == .attribute(name: "batch", found: "-1", allowed: "0 or more"))
  }

  @Test func aWeightChangedByHandDoesNotMatchTheDigest() throws {
    let checkpoint = try Self.example()
    _ = try write(checkpoint)
    var bytes = try directory.read("a.ckpt.h5")
    let weight = withUnsafeBytes(of: checkpoint.parameters[0]) { Array($0) }
    let next = withUnsafeBytes(of: checkpoint.parameters[1]) { Array($0) }
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: weight + next) })
    bytes[place] ^= 1
    #expect(fault(try directory.write(bytes, to: "changed.h5")) == .damaged)
  }

  @Test func everyFaultHasAFactAndARemedy() throws {
    let faults: [CheckpointError.Fault] = [
      .otherFormat(found: ""), .unsupportedVersion(found: 2), .damaged,
      .attribute(name: "tied", found: "2", allowed: "0 or 1"), .stateName(index: 0, found: "x"),
      .notFinite(object: "/best/parameters", index: 3),
    ]
    for fault in faults {
      let text = CheckpointError("a.h5", fault).description
      #expect(text.hasPrefix("a.h5: ") && text.split(separator: ";").count == 2, "\(text)")
    }
  }
}

extension Checkpoint {
  fileprivate mutating func rename(_ index: Int, _ name: String) {
    vocabulary[index] = VocabularyEntry(id: vocabulary[index].id, name: name)
  }

  fileprivate mutating func renumber(_ index: Int, _ id: UInt32) {
    vocabulary[index] = VocabularyEntry(id: id, name: vocabulary[index].name)
  }
}

extension HDF5Error {
  /// What opening the file throws.
  fileprivate static func reading(_ path: String) -> HDF5Error {
    do throws(HDF5Error) {
      _ = try HDF5File(reading: path)
      preconditionFailure("\(path) can be opened")
    } catch { return error }
  }
}
