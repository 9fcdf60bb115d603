import Foundation
import TestSupport
import Testing

@testable import TraceData

@Suite struct ImportingTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func importIntegers(_ paths: [String]) throws -> TraceDataset {
    let writer = try Recorded.writer(directory.file("a.h5"))
    var importer = IntegerSequenceImporter()
    for path in try InputFiles.expand(paths) {
      try importer.importTraces(from: ByteSource(path: path), into: writer)
    }
    try writer.finish()
    return try TraceDataset(path: directory.file("a.h5"))
  }

  @Test func aFileOfIntegersIsASequence() throws {
    let one = try directory.write("6 0\t6\r\n 11 \n".utf8, to: "UTD-0001-a-long-name.txt")
    let two = try directory.write("4294967294".utf8, to: "b")
    let dataset = try importIntegers([one, two])
    #expect(!dataset.hasTimes)
    #expect(
      dataset.vocabulary.map(\.name)
        == ["unknown", "syscall_0", "syscall_6", "syscall_11", "syscall_4294967294"])
    #expect(dataset.vocabulary.map(\.id) == [0, 1, 7, 12, .max])
    #expect(try dataset.states(in: 0..<5) == [2, 1, 2, 3, 4])
    let table = dataset.sequences
    #expect((0..<2).map { table.name($0) } == ["UTD-0001-a-long-name.txt", "b"])
    #expect((0..<2).map { [table.pid($0), table.tid($0)] } == [[1, 1], [2, 2]])
  }

  @Test(arguments: [
    ("1 2\n3 x", 2, "byte 120 is neither a digit nor white space"),
    ("-1", 1, "byte 45 is neither a digit nor white space"),
    ("1\n4294967295\n", 2, "4294967295 is over 4294967294"),
    ("99999999999999999999999999", 1, "1099511627776 is over 4294967294"),
  ])
  func whatIsNoNumberIsNamed(text: String, line: Int, fact: String) throws {
    let path = try directory.write(text.utf8, to: "bad")
    #expect(throws: TraceDataError.badLine(path: path, line: line, fact: fact)) {
      try importIntegers([path])
    }
  }

  @Test func emptyAndMissingInputsAreTold() throws {
    let empty = try directory.write(" \n".utf8, to: "empty")
    #expect(throws: TraceDataError.emptyInput(path: empty)) { try importIntegers([empty]) }
    let missing = directory.file("missing")
    #expect(throws: TraceDataError.missingInput(path: missing)) { try importIntegers([missing]) }
    #expect(throws: TraceDataError.missingInput(path: missing)) { try ByteSource(path: missing) }
  }

  @Test func directoriesAreWalkedInOrder() throws {
    for name in ["b", "a/z", "a/y"] {
      try FileManager.default.createDirectory(
        atPath: directory.file("d/" + name), withIntermediateDirectories: true)
    }
    for name in ["b/1", "a/z/1", "a/y/2", "a/y/10", "c", ".hidden"] {
      _ = try directory.write("1".utf8, to: "d/" + name)
    }
    let base = directory.file("d")
    #expect(
      try InputFiles.expand([base + "/c", base])
        == ["/c", "/a/y/2", "/a/y/10", "/a/z/1", "/b/1", "/c"].map { base + $0 })
  }

  /// A pipe would be waited for without end.
  @Test func onlyFilesOfADirectoryAreInputs() throws {
    let base = directory.file("d")
    #expect(mkdir(base, 0o700) == 0)
    #expect(mkfifo(base + "/pipe", 0o600) == 0)
    #expect(symlink("nowhere", base + "/link") == 0)
    #expect(symlink("loop", base + "/loop") == 0)
    #expect(symlink("/dev/null", base + "/null") == 0)
    #expect(throws: TraceDataError.emptyInput(path: base)) { try InputFiles.expand([base]) }
    let file = try directory.write("1".utf8, to: "d/file")
    #expect(try InputFiles.expand([base]) == [file])
    #expect(try InputFiles.expand([base + "/pipe"]) == [base + "/pipe"])
  }

  @Test func onlyWhatDoesNotExistIsMissing() throws {
    let file = try directory.write("1".utf8, to: "file")
    let loop = directory.file("loop")
    #expect(symlink("loop", loop) == 0)
    #expect(throws: TraceDataError.system(path: loop, call: "stat", code: ELOOP)) {
      try InputFiles.expand([loop])
    }
    let long = directory.file(String(repeating: "n", count: 300))
    #expect(throws: TraceDataError.system(path: long, call: "stat", code: ENAMETOOLONG)) {
      try InputFiles.expand([long])
    }
    for missing in [file + "/below", directory.file("none")] {
      #expect(throws: TraceDataError.missingInput(path: missing)) {
        try InputFiles.expand([missing])
      }
    }
  }

  @Test func linksToDirectoriesAreFollowedOnce() throws {
    let base = directory.file("d")
    let manager = FileManager.default
    try manager.createDirectory(atPath: base + "/a", withIntermediateDirectories: true)
    try manager.createDirectory(
      atPath: directory.file("elsewhere"), withIntermediateDirectories: true)
    for name in ["d/a/1", "d/2", "elsewhere/3"] {
      _ = try directory.write("1".utf8, to: name)
    }
    let links = [("a/up", base), ("self", base), ("other", directory.file("elsewhere"))]
    for (link, target) in links {
      try manager.createSymbolicLink(atPath: base + "/" + link, withDestinationPath: target)
    }
    #expect(try InputFiles.expand([base]) == ["/2", "/a/1", "/other/3"].map { base + $0 })
  }

  // MARK: Bytes

  private func bytes(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let source = try ByteSource(path: path)
    #expect(try source.peek(3) == source.peek(3))
    try source.forEachChunk { bytes.append(contentsOf: $0) }
    #expect(source.bytesRead == bytes.count)
    return bytes
  }

  private func pack(_ path: String, with program: String) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program, "-c", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return Array(data)
  }

  @Test(arguments: ["gzip", "xz"])
  func packedFilesAreUnpackedWhateverTheirName(program: String) throws {
    var random = SplitMix64(seed: 5)
    let plain = (0..<700_000).map { _ in UInt8.random(in: 0...9, using: &random) }
    let path = try directory.write(plain, to: "plain")
    #expect(try bytes(path) == plain)
    let packed = try pack(path, with: program)
    #expect(try bytes(directory.write(packed, to: "packed.txt")) == plain)
    #expect(try bytes(directory.write(packed + packed, to: "twice")) == plain + plain)
  }

  @Test(arguments: ["gzip", "xz"])
  func damagedPackingThrows(program: String) throws {
    let plain = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
    let packed = try pack(directory.write(plain, to: "plain"), with: program)
    for length in [8, packed.count / 2, packed.count - 1] {
      let path = try directory.write(packed.prefix(length), to: "cut")
      let error = #expect(throws: TraceDataError.self, "\(length)") { try bytes(path) }
      guard case .damagedCompression(path, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    var flipped = packed
    flipped[packed.count / 2] ^= 4
    let path = try directory.write(flipped, to: "flipped")
    #expect(throws: TraceDataError.self) { try bytes(path) }
  }

  /// Beside a shell that starts the same program as often on the same machine.
  @Test func whatIsNotReadToItsEndLeavesNoProcess() throws {
    let plain = [UInt8](repeating: 7, count: 10_000_000)
    let path = try directory.write(pack(directory.write(plain, to: "plain"), with: "xz"), to: "xz")
    for _ in 0..<3 { #expect(try ByteSource(path: path).peek(3) == [7, 7, 7]) }
    let manager = FileManager.default
    let commands = try manager.contentsOfDirectory(atPath: "/proc").compactMap { process in
      manager.contents(atPath: "/proc/\(process)/cmdline").map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    #expect(!commands.contains { $0.contains(path) })
  }

  // MARK: Labels

  @Test func labelFilesBecomeIntervals() throws {
    let path = try directory.write(
      "# kind run start end\ninj_id 1 5 9\n\npwn_exfil 2 10 10\r\n".utf8, to: "labels")
    #expect(
      try LabelFile.intervals(path: path) == [
        LabelledInterval(start: 5, end: 9, label: .attack, name: "inj_id"),
        LabelledInterval(start: 10, end: 10, label: .attack, name: "pwn_exfil"),
      ])
  }

  @Test(arguments: [
    ("a 1 2", "has 3 fields, must be: kind run t_start_ns t_end_ns"),
    ("a x 2 3", "run 'x' is not a number"),
    ("a 1 -2 3", "'-2 3' are not two times in nanoseconds"),
    ("a 1 9 8", "ends at 8, before it starts at 9"),
  ])
  func badLabelsAreNamed(line: String, fact: String) throws {
    let path = try directory.write("a 1 2 3\n\(line)\n".utf8, to: "labels")
    #expect(throws: TraceDataError.badLine(path: path, line: 2, fact: fact)) {
      try LabelFile.intervals(path: path)
    }
  }
}
