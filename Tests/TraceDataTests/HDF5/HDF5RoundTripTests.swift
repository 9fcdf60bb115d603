import TestSupport
import Testing

@testable import TraceData

@Suite struct HDF5RoundTripTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// Which a child reads at a gigabyte in two seconds and more.
  @Test func aFileThatUnpacksAThousandfoldHasTheTimeForIt() {
    #expect(HDF5File.trialSeconds(ofSize: 100) == 4)
    for megabytes in [1, 10, 1000] {
      #expect(HDF5File.trialSeconds(ofSize: megabytes << 20) == 4 + 4 * UInt32(megabytes))
    }
    #expect(HDF5File.trialSeconds(ofSize: .max) == .max)
  }

  @Test func numbersOfEveryTypeComeBack() throws {
    let file = try HDF5File(creating: directory.file("a.h5"))
    try file.root.write([0, 255] as [UInt8], to: "u8")
    try file.root.write([0, .max] as [UInt16], to: "u16")
    try file.root.write([0, .max] as [UInt32], to: "u32")
    try file.root.write([0, .max] as [UInt64], to: "u64")
    try file.root.write([.min, .max] as [Int8], to: "i8")
    try file.root.write([.min, .max] as [Int16], to: "i16")
    try file.root.write([.min, .max] as [Int32], to: "i32")
    try file.root.write([.min, .max] as [Int64], to: "i64")
    try file.root.write([-0.0, .pi] as [Float], to: "f32")
    try file.root.write([-0.0, .pi] as [Double], to: "f64")
    try file.commit()
    let root = try HDF5File(reading: directory.file("a.h5")).root
    #expect(try root.dataset("u8").read() == [0, 255] as [UInt8])
    #expect(try root.dataset("u16").read() == [0, .max] as [UInt16])
    #expect(try root.dataset("u32").read() == [0, .max] as [UInt32])
    #expect(try root.dataset("u64").read() == [0, .max] as [UInt64])
    #expect(try root.dataset("i8").read() == [.min, .max] as [Int8])
    #expect(try root.dataset("i16").read() == [.min, .max] as [Int16])
    #expect(try root.dataset("i32").read() == [.min, .max] as [Int32])
    #expect(try root.dataset("i64").read() == [.min, .max] as [Int64])
    #expect(try root.dataset("f32").read() == [-0.0, .pi] as [Float])
    #expect(try root.dataset("f64").read() == [-0.0, .pi] as [Double])
  }

  @Test(arguments: [HDF5Layout.contiguous, .packed(chunk: [2, 2, 3]), .packed(chunk: [9, 9, 9])])
  func slicesOfThreeDimensionsAreTheRightElements(layout: HDF5Layout) throws {
    let file = try HDF5File(creating: directory.file("a.h5"))
    let group = try file.root.createGroup("g")
    let dataset = try group.createDataset("x", of: Int32.self, shape: [3, 4, 5], layout: layout)
    for plane in 0..<3 {
      let values = (0..<20).map { Int32(plane * 20 + $0) }
      try dataset.write(values, [plane..<plane + 1, 0..<4, 0..<5])
    }
    try file.commit()
    let read = try HDF5File(reading: directory.file("a.h5")).root.dataset("g/x")
    #expect(read.shape == [3, 4, 5])
    #expect(try read.read(as: Int32.self) == (0..<60).map { Int32($0) })
    #expect(try read.read(as: Int32.self, [1..<3, 2..<3, 3..<5]) == [33, 34, 53, 54])
    #expect(try read.read(as: Int32.self, [1..<1, 2..<3, 3..<5]) == [])
  }

  @Test func emptyDatasetsAndStringsComeBack() throws {
    let file = try HDF5File(creating: directory.file("a.h5"))
    let packed = HDF5Layout.packed(chunk: [64])
    try file.root.write([] as [UInt16], to: "none", layout: packed)
    try file.root.write([String](), to: "noStrings", layout: packed)
    try file.root.write(["", "a", "naïve", "longest"], to: "strings", layout: packed)
    try file.root.setAttribute("empty", "")
    try file.root.setAttribute("text", "mle")
    try file.root.setAttribute("one", 7 as UInt32)
    try file.root.setAttribute("many", [1, 2, 4] as [UInt16])
    try file.commit()
    let root = try HDF5File(reading: directory.file("a.h5")).root
    #expect(try root.dataset("none").read(as: UInt16.self) == [])
    #expect(try root.dataset("noStrings").readStrings() == [])
    #expect(try root.dataset("strings").readStrings() == ["", "a", "naïve", "longest"])
    #expect(try root.attributeString("empty") == "")
    #expect(try root.attributeString("text") == "mle")
    #expect(try root.attribute("one", as: Int32.self) == 7)
    #expect(try root.attributeArray("many", as: Int64.self) == [1, 2, 4])
  }

  @Test func aFileThatIsNotCommittedLeavesNothing() throws {
    let path = try directory.write([1, 2, 3], to: "a.h5")
    do {
      let file = try HDF5File(creating: path)
      try file.root.write([1] as [UInt8], to: "x")
    }
    #expect(try directory.read("a.h5") == [1, 2, 3])
    #expect(throws: (any Error).self) { try directory.read("a.h5.tmp") }
  }

  @Test func objectsKeepTheirFileOpen() throws {
    let file = try HDF5File(creating: directory.file("a.h5"))
    try file.root.createGroup("g").write([5] as [UInt8], to: "x")
    try file.commit()
    func dataset() throws -> HDF5Dataset {
      try HDF5File(reading: directory.file("a.h5")).root.group("g").dataset("x")
    }
    #expect(try dataset().read(as: UInt8.self) == [5])
  }

  @Test func theSameCallsGiveTheSameBytes() async throws {
    for name in ["a.h5", "b.h5"] {
      let file = try HDF5File(creating: directory.file(name))
      let group = try file.root.createGroup("g")
      try group.write(
        (0..<100_000).map { UInt64($0 % 977) }, to: "x", layout: .packed(chunk: [512]))
      try group.write(["a", "bc"], to: "s")
      try group.setAttribute("k", "v")
      try file.commit()
      try await Task.sleep(for: .milliseconds(1100))  // Longer than a time stamp's second.
    }
    #expect(try directory.read("a.h5") == directory.read("b.h5"))
  }
}
