import TestSupport
import Testing

@testable import TraceData

@Suite struct DamagedFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Opens a data set and reads all of it.
  private func readAll(_ path: String) throws(TraceDataError) -> ([UInt32], [UInt64]) {
    let dataset = try TraceDataset(path: path)
    let all = 0..<dataset.eventCount
    return try (dataset.states(in: all), dataset.times(in: all))
  }

  private func smallFile() throws -> [UInt8] {
    let records = [Recorded.event(1, 1, 5), Recorded.event(1, 2, 6), Recorded.event(2, 1, 7)]
    _ = try Recorded.dataset(records, in: directory, name: "whole.h5")
    return try directory.read("whole.h5")
  }

  @Test func everyTruncationThrows() throws {
    let bytes = try smallFile()
    for length in bytes.indices {
      let path = try directory.write(bytes.prefix(length), to: "cut.h5")
      let error = #expect(throws: TraceDataError.self, "\(length) bytes") {
        try readAll(path)
      }
      guard length == 0 else { continue }
      #expect(error == .hdf5(HDF5Error(path, .fileEmpty)))
    }
  }

  @Test func flippedBytesThrowOrChangeNothing() throws {
    let bytes = try smallFile()
    let whole = try readAll(directory.file("whole.h5"))
    var random = SplitMix64(seed: 11)
    for position in stride(from: 0, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let path = try directory.write(damaged, to: "flipped.h5")
      do throws(TraceDataError) {
        let read = try readAll(path)
        #expect(read == whole, "byte \(position)")
      } catch {}
    }
  }

  /// A string of variable length is stored as its length, the address of a heap and a number in it: past
  /// the heap's end the library read whatever memory held.
  @Test func aDamagedReferenceToAStringNeverCrashes() throws {
    let bytes = try Fixture.bytes("variable_strings.h5")
    func number(at place: Int, bytes count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    let heap = try #require(
      bytes.indices.dropLast(4).first { bytes[$0..<$0 + 4].elementsEqual("GCOL".utf8) })
    let references = (0..<bytes.count - 16).filter {
      number(at: $0 + 4, bytes: 6) == heap && number(at: $0, bytes: 4) < 64
        && (1..<64).contains(number(at: $0 + 12, bytes: 4))
    }
    #expect(references.count >= 7)
    for reference in references {
      for bit in [0, 6, 14, 22, 30] {
        var damaged = bytes
        damaged[reference + 12 + bit / 8] ^= 1 << UInt8(bit % 8)
        let path = try directory.write(damaged, to: "flipped.h5")
        do throws(TraceDataError) {
          _ = try readAll(path)
        } catch {}
      }
    }
  }

  /// In what h5py writes by default nothing has a checksum, and the library trusts it: flips in this
  /// file crashed it and made it loop.
  @Test func flippedBytesOfAnUncheckedFileNeverCrash() throws {
    let bytes = try Fixture.bytes("h5py_default.h5")
    var random = SplitMix64(seed: 12)
    var refused = 0
    for position in stride(from: 0, to: bytes.count, by: 29) {
      var damaged = bytes
      damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let path = try directory.write(damaged, to: "flipped.h5")
      do throws(TraceDataError) { _ = try readAll(path) } catch { refused += 1 }
    }
    #expect(refused > 0)
  }

  @Test func foreignFilesAreTold() throws {
    let text = try directory.write("not HDF5 at all".utf8, to: "text.h5")
    #expect(throws: TraceDataError.hdf5(HDF5Error(text, .notHDF5))) { try readAll(text) }
    let empty = try directory.write([], to: "empty.h5")
    #expect(throws: TraceDataError.hdf5(HDF5Error(empty, .fileEmpty))) { try readAll(empty) }
    let missing = directory.file("missing.h5")
    #expect(throws: TraceDataError.hdf5(HDF5Error(missing, .fileMissing))) { try readAll(missing) }
    #expect(throws: TraceDataError.hdf5(HDF5Error(directory.path, .isDirectory))) {
      try readAll(directory.path)
    }
    let foreign = directory.file("foreign.h5")
    let file = try HDF5File(creating: foreign)
    try file.root.write([1] as [UInt8], to: "x")
    try file.commit()
    #expect(throws: TraceDataError.notTraces(path: foreign, format: nil)) { try readAll(foreign) }
  }

  @Test func aShapeThatCannotBeStoredIsNotAllocated() throws {
    let path = directory.file("huge.h5")
    let file = try HDF5File(creating: path)
    let shape = [1 << 40]
    _ = try file.root.createDataset("x", of: UInt8.self, shape: shape)
    try file.commit()
    let root = try HDF5File(reading: path).root
    #expect(throws: HDF5Error(path, "/x", .implausibleSize(elements: shape, storedBytes: 0))) {
      try root.dataset("x")
    }
  }
}
