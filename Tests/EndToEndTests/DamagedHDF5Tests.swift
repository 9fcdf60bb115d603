import Foundation
import TestSupport
import Testing

/// HDF5 files that are cut off, foreign, empty or no HDF5 at all: one line and a status, whoever
/// reads them.
@Suite struct DamagedHDF5Tests {
  /// A command that reads a data set or a checkpoint.
  struct Reader: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let program: Program
    let readsCheckpoint: Bool
    /// With the file that is read and one that may be written.
    let arguments: @Sendable (_ path: String, _ output: String) throws -> [String]
  }

  static let readers = [
    Reader(testDescription: "info", program: .trainer, readsCheckpoint: false) { path, _ in
      ["info", path]
    },
    Reader(testDescription: "split", program: .trainer, readsCheckpoint: false) { path, output in
      ["split", path, "--at", "0.5", "--first", output, "--rest", output + ".rest"]
    },
    Reader(testDescription: "capture", program: .trainer, readsCheckpoint: false) { path, output in
      ["capture", path, "-o", output]
    },
    Reader(testDescription: "train", program: .trainer, readsCheckpoint: false) { path, output in
      ["train", path, "-o", output, "--epochs", "1", "--quiet"] + Pipeline.network
    },
    Reader(testDescription: "train --resume", program: .trainer, readsCheckpoint: true) { path, _ in
      ["train", try Pipeline.get().first, "-o", path, "--resume", "--quiet"]
    },
    Reader(testDescription: "evaluate", program: .trainer, readsCheckpoint: false) { path, _ in
      ["evaluate", try Pipeline.get().model, "--normal", path]
    },
    Reader(testDescription: "export", program: .exporter, readsCheckpoint: true) { path, output in
      [path, "--calibrate", try Pipeline.get().first, "-o", output]
    },
    Reader(testDescription: "export --calibrate", program: .exporter, readsCheckpoint: false) {
      path, output in
      [try Pipeline.get().checkpoint, "--calibrate", path, "-o", output]
    },
  ]

  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func refuse(_ reader: Reader, _ path: String, _ status: Int32, _ fact: String) throws {
    let output = directory.file("out")
    let outcome = try reader.program.refuse(
      reader.arguments(path, output), status: status, saying: fact)
    #expect(outcome.errors.contains(path))
    #expect(outcome.output.isEmpty)
    #expect(try !directory.names().contains { $0.hasPrefix("out") })
  }

  private func whole(_ reader: Reader) throws -> [UInt8] {
    let files = try Pipeline.get()
    return try Fixture.bytes(at: reader.readsCheckpoint ? files.checkpoint : files.first)
  }

  @Test(arguments: readers) func aFileThatIsCutOffIsRefused(reader: Reader) throws {
    let bytes = try whole(reader)
    var random = SplitMix64(seed: 14)
    let lengths =
      [1, 7, 8, 96, 800, bytes.count - 1]
      + (0..<4).map { _ in Int.random(in: 1..<bytes.count, using: &random) }
    for length in lengths {
      try refuse(reader, try directory.write(bytes.prefix(length), to: "cut.h5"), 65, "cut.h5")
    }
  }

  @Test(arguments: readers) func whatIsNoHDF5IsRefused(reader: Reader) throws {
    try refuse(reader, try directory.write([], to: "empty.h5"), 66, "empty")
    try refuse(reader, try directory.write("1 1 open\n".utf8, to: "text.h5"), 65, "text.h5")
    let noise = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 3) }
    try refuse(reader, try directory.write(noise, to: "noise.h5"), 65, "noise.h5")
    try refuse(reader, directory.file("missing.h5"), 66, "missing.h5")
    let folder = directory.file("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try refuse(reader, folder, 66, "is a directory")
  }

  @Test(arguments: readers) func hdf5OfAnotherKindIsRefused(reader: Reader) throws {
    let files = try Pipeline.get()
    let other = try Fixture.bytes(at: reader.readsCheckpoint ? files.first : files.checkpoint)
    try refuse(reader, try directory.write(other, to: "other.h5"), 65, "format")
  }

  /// A program that has just begun, for what the library makes of this file depends on what it did
  /// before.
  @Test func aCrashOfTheLibraryIsAnError() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../TraceDataTests/Fixtures/crashes_library.h5").standardized.path
    try Program.trainer.refuse(["info", path], status: 65, saying: "damaged: signal")
  }

  /// HDF5 keeps no sum over most of its bytes: a flipped bit may go unnoticed, but not end in a
  /// crash, a hang or a line that explains nothing.
  @Test(arguments: readers) func flippedBitsNeverCrash(reader: Reader) throws {
    let bytes = try whole(reader)
    var random = SplitMix64(seed: 15)
    for _ in 0..<16 {
      var damaged = bytes
      // Half of them where the structure is, at the start.
      let end = Bool.random(using: &random) ? bytes.count : min(bytes.count, 2048)
      let bit = Int.random(in: 0..<8 * end, using: &random)
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let path = try directory.write(damaged, to: "flipped.h5")
      let outcome = try reader.program.run(
        reader.arguments(path, directory.file("out")), timeLimitInSeconds: 20)
      let comment = Comment(rawValue: "bit \(bit): \(outcome)")
      #expect([0, 65].contains(outcome.status), comment)
      if outcome.status == 65 {
        #expect(outcome.errorLines.count == 1, comment)
        #expect(outcome.errors.contains(path), comment)
      }
    }
  }

  @Test func importRefusesWhatIsNoTrace() throws {
    let files = try Pipeline.get()
    let output = directory.file("out.h5")
    func refuse(_ path: String, _ status: Int32, _ fact: String) throws {
      try Program.trainer.refuse(["import", path, "-o", output], status: status, saying: fact)
      #expect(try !directory.names().contains { $0.hasPrefix("out") })
    }
    try refuse(try directory.write([], to: "empty.txt"), 66, "no event")
    try refuse(directory.file("missing.txt"), 66, "no such file")
    try refuse(files.data, 65, files.data)
    let recording = try Fixture.bytes(at: files.recording)
    let broken = try directory.write(recording.prefix(5000) + "\nx y z\n".utf8, to: "broken.txt")
    try refuse(broken, 65, "line ")
    try refuse(
      try directory.write("1 2 3\n4 5 six\n".utf8, to: "numbers.txt"), 65, "line 2")
    try refuse(
      try directory.write([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2], to: "cut.gz"), 65,
      "cannot be unpacked")
    let folder = directory.file("folder")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try refuse(folder, 66, "no event")
  }
}
