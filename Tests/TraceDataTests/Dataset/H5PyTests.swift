import Foundation
import TestSupport
import Testing

@testable import TraceData

/// What h5py writes is read, and what is written h5py reads.
@Suite struct H5PyTests {
  @Test(arguments: [
    "h5py_default", "byte_attributes", "big_endian", "wide_integers", "gzip_9_small_chunks",
    "gzip_0_fletcher", "v108", "v110", "space_padded", "utf8_strings", "variable_strings",
  ])
  func everyWayToWriteADatasetIsRead(name: String) throws {
    let dataset = try TraceDataset(path: Fixture.path(name + ".h5"))
    #expect(dataset.source == "fixture" && dataset.createdBy == "h5py")
    #expect(try dataset.states(in: 0..<7) == [1, 2, 0, 1, 3, 3, 2])
    #expect(try dataset.states(in: 2..<5) == [0, 1, 3])
    #expect(
      try dataset.times(in: 0..<7)
        == [10, 20, 30, 40, 1 << 40, (1 << 40) + 1, (1 << 63) + 5])
    #expect(dataset.vocabulary.map(\.name) == ["unknown", "read:reg", "write", "openat:rdonly"])
    #expect(dataset.vocabulary.map(\.id) == [0, 3, 9, 70_000])
    let table = dataset.sequences
    #expect(
      (0..<table.count).map { table[$0] } == [
        SequenceEntry(pid: 7, tid: 7, start: 10, label: .normal, name: "httpd"),
        SequenceEntry(
          pid: 7, tid: 8, start: 30, label: .unlabelled, name: "",
          parent: SequenceParent(sequence: 0, events: 3)),
        SequenceEntry(
          pid: .max, tid: 9, start: 40, label: .attack, name: "naïve",
          parent: SequenceParent(sequence: 1, events: 0)),
      ])
    #expect((0..<3).map { table.events(of: $0) } == [0..<3, 3..<3, 3..<7])
  }

  @Test func booleansHalvesAndScalarsAreRead() throws {
    let root = try HDF5File(reading: Fixture.path("types.h5")).root
    #expect(try root.attribute("flag", as: Int32.self) == 1)
    #expect(try root.attributeString("text_array") == "one")
    #expect(try root.attributeArray("big", as: Int64.self) == [1, -2])
    #expect(try root.dataset("flags").read(as: UInt8.self) == [1, 0, 1])
    #expect(try root.dataset("half").read(as: Float.self) == [0.5, -2])
    #expect(try root.dataset("double").read(as: Float.self) == [0.5, 1e-3])
    #expect(try root.dataset("scalar").shape == [])
    #expect(try root.dataset("scalar").read(as: UInt32.self) == [7])
    let object = HDF5Error.Fault.wrongType(found: "float16", expected: "int32")
    #expect(throws: HDF5Error(root.path, "/half", object)) {
      try root.dataset("half").read(as: Int32.self)
    }
  }

  /// Compression that this library does not have is an error that names it.
  @Test func aFilterThatIsMissingIsAnError() throws {
    let path = try Fixture.path("lzf_shuffle.h5")
    let fault = HDF5Error.Fault.missingFilter(name: "lzf", number: 32_000)
    #expect(throws: TraceDataError.hdf5(HDF5Error(path, "/vocabulary/id", fault))) {
      try TraceDataset(path: path)
    }
  }

  @Test func h5pyReadsWhatIsWritten() throws {
    guard let python = ProcessInfo.processInfo.environment["MLE_PYTHON"] else {
      print("skipped: MLE_PYTHON names no Python with h5py")
      return
    }
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    let writer = try Recorded.writer(path)
    writer.addInterval(LabelledInterval(start: 40, end: 41, label: .attack, name: "inj_id"))
    for record in Recorded.family { try writer.add(record) }
    try writer.finish()
    #expect(
      try run(python, path) == """
        @created_by tests
        @format mle-traces
        @format_version 1
        @source test
        events/state <u2 [1, 2, 3, 4, 4, 1, 5, 5]
        events/time_ns <u8 [10, 20, 30, 40, 32, 35, 34, 41]
        intervals/end_ns <u8 [41]
        intervals/label |u1 [1]
        intervals/name utf-8 ['inj_id']
        intervals/start_ns <u8 [40]
        sequences/label |u1 [255, 0, 0, 255]
        sequences/name utf-8 ['server', 'sh', 'server', 'server']
        sequences/offset <u8 [0, 4, 6, 7, 8]
        sequences/parent <u4 [4294967295, 0, 1, 0]
        sequences/parent_events <u8 [0, 2, 0, 3]
        sequences/pid <u4 [1, 2, 4, 3]
        sequences/start_ns <u8 [10, 25, 31, 36]
        sequences/tid <u4 [1, 2, 4, 3]
        vocabulary/id <u4 [0, 5, 6, 7, 8, 9]
        vocabulary/name utf-8 ['unknown', 'state_5', 'state_6', 'state_7', 'state_8', 'state_9']

        """)
  }

  private func run(_ python: String, _ path: String) throws -> String {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Reference/h5py_datasets.py").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script, "read", path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }
}
