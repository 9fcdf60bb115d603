import KernelTrace
import TestSupport
import Testing
import TraceData

/// The files of one recording, put together again.
@Suite struct RotationImportTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func capture(_ records: [TraceRecord], _ name: String) throws -> String {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 12, alignment: 16)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    var writer = CaptureWriter(buffer: buffer) { block in
      bytes.append(contentsOf: block)
      return true
    }
    try Array("read".utf8).withUnsafeBytes { try writer.name(state: 7, $0) }
    for record in records { try writer.append(record) }
    try writer.flush()
    return try directory.write(bytes, to: name)
  }

  private func thread(_ number: UInt32) -> ThreadID { ThreadID(pid: number, tid: number) }

  private func event(_ number: UInt32, _ time: UInt64) -> TraceRecord {
    .event(TraceEvent(thread: thread(number), state: 7, time: time))
  }

  /// In each file a server (1) forks a child, which lives on in the next one.
  private func rotation(_ names: [String]) throws -> [String] {
    try names.enumerated().map { index, name in
      let (time, child) = (UInt64(100 * (index + 1)), UInt32(10 + index))
      var records = [event(1, time)]
      if index > 0 { records += [event(child - 1, time), .exit(thread(child - 1), time: time)] }
      records.append(.fork(parent: thread(1), child: thread(child), time: time))
      return try capture(records + [event(child, time)], name)
    }
  }

  /// What each sequence did, and from which one it was forked.
  private func imported(_ inputs: [String]) throws -> [[Int?]] {
    let elsewhere = try TemporaryDirectory()
    let output = elsewhere.file("out.h5")
    try Program.trainer.succeed(["import", "-o", output] + inputs)
    let table = try TraceDataset(path: output).sequences
    return (0..<table.count).map { [table.events(of: $0).count, table.parent(of: $0)?.sequence] }
  }

  /// The last child's end is in no file.
  private let whole: [[Int?]] = [[3, nil], [2, 0], [2, 0], [1, 0]]

  @Test func threadsGoOnFromFileToFile() throws {
    let files = try rotation(["day.mlt", "day.1.mlt", "day.2.mlt"])
    #expect(try imported(files) == whole)
    #expect(try imported([directory.path]) == whole)
  }

  @Test func aMissingFileEndsAllThreads() throws {
    let files = try rotation(["day.mlt", "day.1.mlt", "day.2.mlt"])
    #expect(
      try imported([files[0], files[2]]) == [[1, nil], [1, 0], [1, nil], [1, nil], [1, 2]])
  }

  @Test func otherCapturesEndAllThreads() throws {
    let files = try rotation(["monday.mlt", "tuesday.mlt"])
    #expect(try imported(files) == [[1, nil], [1, 0], [1, nil], [1, nil], [1, 2]])
  }

  /// As long as nobody does anything, a rotation goes on all the same.
  @Test func aFileOfARotationMayHaveNoEvent() throws {
    let files = try rotation(["day.mlt", "day.2.mlt", "day.4.mlt"])
    let idle = try capture([.exec(thread(1), name: ProgramName(), time: 150)], "day.1.mlt")
    let later = try capture([.exec(thread(1), name: ProgramName(), time: 250)], "day.3.mlt")
    #expect(try imported([files[0], idle, files[1], later, files[2]]) == whole)
    try Program.trainer.refuse(
      ["import", later, "-o", directory.file("none.h5")], status: 66,
      saying: "\(later): there is no event in it")
  }
}
