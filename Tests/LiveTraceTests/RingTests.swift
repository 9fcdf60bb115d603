import CPlatform
import KernelTrace
import TestSupport
import Testing

@testable import LiveTrace

/// A ring in ordinary memory, with a test in the kernel's place.
final class TestRing {
  let control: UnsafeMutableRawBufferPointer
  let data: UnsafeMutableRawBufferPointer
  private let scratch: UnsafeMutableRawBufferPointer
  var head: UInt64

  /// - Parameter start: where head and tail begin.
  init(byteCount: Int, start: UInt64 = 0) {
    control = .allocate(byteCount: 4096, alignment: 4096)
    data = .allocate(byteCount: byteCount, alignment: 4096)
    scratch = .allocate(byteCount: Ring.scratchLength, alignment: 8)
    _ = control.initializeMemory(as: UInt8.self, repeating: 0)
    _ = data.initializeMemory(as: UInt8.self, repeating: 0)
    head = start
  }

  deinit {
    control.deallocate()
    data.deallocate()
    scratch.deallocate()
  }

  func reader() throws -> Ring {
    Ring(
      control: try #require(control.baseAddress),
      data: UnsafeRawPointer(try #require(data.baseAddress)), byteCount: data.count,
      scratch: try #require(scratch.baseAddress))
  }

  /// Writes bytes at the head and moves that.
  func write(_ bytes: [UInt8]) {
    for byte in bytes {
      data[Int(head % UInt64(data.count))] = byte
      head += 1
    }
    publish()
  }

  func publish() { control.storeBytes(of: head, toByteOffset: Int(MLE_RING_HEAD), as: UInt64.self) }

  var tail: UInt64 { control.load(fromByteOffset: Int(MLE_RING_TAIL), as: UInt64.self) }
}

@Suite struct RingTests {
  private func sample(_ time: UInt64, raw: Int = 12) -> [UInt8] {
    PerfBytes.sample(
      pid: 7, tid: 8, time: time, raw: (0..<raw).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// The times of all that the ring has.
  private func times(_ ring: inout Ring) -> [UInt64] {
    var times: [UInt64] = []
    ring.refresh()
    while ring.time != .max {
      times.append(ring.time)
      ring.advance()
    }
    ring.release()
    return times
  }

  @Test func recordsComeInOrderAndMakeRoom() throws {
    let memory = TestRing(byteCount: 4096)
    var ring = try memory.reader()
    #expect(times(&ring) == [])
    for time in 1...5 { memory.write(sample(UInt64(time))) }
    #expect(times(&ring) == [1, 2, 3, 4, 5])
    #expect(memory.tail == memory.head)
  }

  /// The kernel goes on writing while a long backlog is read.
  @Test func anEighthThatHasBeenReadIsRoomAtOnce() throws {
    let memory = TestRing(byteCount: 4096)
    var ring = try memory.reader()
    for time in 1...50 { memory.write(sample(UInt64(time))) }
    ring.refresh()
    for _ in 1...12 { ring.advance() }
    // 480 bytes.
    #expect(memory.tail == 0)
    ring.advance()
    #expect(memory.tail == 520)
  }

  @Test(arguments: [12, 20, 36, 60]) func aRecordOverTheEndIsWhole(raw: Int) throws {
    let memory = TestRing(byteCount: 256)
    var ring = try memory.reader()
    let record = sample(9, raw: raw)
    for _ in 0..<100 {
      memory.write(record)
      ring.refresh()
      #expect(Array(ring.record) == record)
      ring.advance()
      ring.release()
    }
  }

  @Test func aHeadOf32BitsMayWrap() throws {
    // A kernel of 32 bits counts in 32 bits; its head has wrapped.
    let memory = TestRing(byteCount: 256)
    var ring = try memory.reader()
    memory.head = 0xffff_ff00
    memory.publish()
    ring.refresh()
    ring.advance()  // damaged: further than the ring is long
    let record = sample(3)
    for _ in 0..<20 {
      memory.write(record)
      memory.head &= 0xffff_ffff
      memory.publish()
      ring.refresh()
      #expect(Array(ring.record) == record)
      ring.advance()
      ring.release()
    }
  }

  @Test(arguments: [0, 1, 4, 7, 9, 12, 0xfff8, 0xffff] as [UInt16])
  func anImpossibleLengthSkipsToTheHead(length: UInt16) throws {
    let memory = TestRing(byteCount: 4096)
    var ring = try memory.reader()
    memory.write(sample(1))
    var damaged = sample(2)
    withUnsafeBytes(of: length) { damaged.replaceSubrange(6..<8, with: $0) }
    memory.write(damaged)
    memory.write(sample(3))
    #expect(times(&ring) == [1, 0])
    memory.write(sample(4))
    #expect(times(&ring) == [4])
  }

  @Test func aSkippedPartCountsAsALoss() throws {
    let memory = TestRing(byteCount: 4096)
    memory.write([UInt8](repeating: 0, count: 64))
    var merge = RingMerge([try memory.reader()])
    var losses: UInt64 = 0
    merge.drain(upTo: .max - 1) { record, _ in
      if case .lost(let count) = record { losses += count }
    }
    #expect(losses == 1)
  }

  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8]) func anyBytesAreRead(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let memory = TestRing(byteCount: 1024)
    var ring = try memory.reader()
    for _ in 0..<2000 {
      let count = Int.random(in: 0...64, using: &random) * (Bool.random(using: &random) ? 8 : 1)
      memory.write((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
      if Int.random(in: 0..<20, using: &random) == 0 {
        memory.head = random.next()
        memory.publish()
      }
      ring.refresh()
      var records = 0
      while ring.time != .max, records < 1000 {
        _ = PerfRecord(ring.record)
        ring.advance()
        records += 1
      }
      #expect(records < 1000)
      ring.release()
    }
  }
}

@Suite struct PerfRecordTests {
  private func parse(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { bytes in
      let time = PerfRecord.time(of: bytes)
      switch PerfRecord(bytes) {
      case .sample(let thread, let raw):
        return "\(time) sample \(thread.pid) \(thread.tid) \(Array(raw))"
      case .fork(let parent, let child):
        return "\(time) fork \(parent.pid) \(parent.tid) \(child.pid) \(child.tid)"
      case .exit(let thread): return "\(time) exit \(thread.pid) \(thread.tid)"
      case .lost(let count): return "\(time) lost \(count)"
      case .other: return "\(time) other"
      }
    }
  }

  @Test func everyKindIsRead() {
    #expect(
      parse(PerfBytes.sample(pid: 1, tid: 2, time: 3, raw: [4, 5, 6, 7]))
        == "3 sample 1 2 [4, 5, 6, 7]")
    #expect(
      parse(PerfBytes.task(7, pid: 1, parent: 2, tid: 3, parentThread: 4, time: 5))
        == "5 fork 2 4 1 3")
    #expect(
      parse(PerfBytes.task(4, pid: 1, parent: 2, tid: 3, parentThread: 4, time: 5))
        == "5 exit 1 3")
    #expect(parse(PerfBytes.lost(1234, time: 5)) == "5 lost 1234")
    let trailer = PerfBytes.trailer(pid: 1, tid: 1, time: 8)
    #expect(parse(PerfBytes.record(3, trailer)) == "8 other")
    var samples = Bytes()
    samples.add(UInt64(77))
    #expect(parse(PerfBytes.record(13, samples.all + trailer)) == "8 lost 77")
  }

  @Test func whatIsTooShortCountsAsLost() {
    let records = [
      PerfBytes.sample(pid: 1, tid: 2, time: 3, raw: [4, 5, 6, 7]),
      PerfBytes.task(7, pid: 1, parent: 2, tid: 3, parentThread: 4, time: 5),
      PerfBytes.lost(1, time: 5),
    ]
    for record in records {
      for count in 0..<record.count {
        #expect(parse(Array(record[..<count])).hasSuffix("lost 1"), "\(count) of \(record)")
      }
    }
  }

  @Test(arguments: [5, 100, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func aRawLengthBeyondTheRecordCountsAsLost(length: UInt32) {
    var record = PerfBytes.sample(pid: 1, tid: 2, time: 3, raw: [4, 5, 6, 7])
    withUnsafeBytes(of: length) { record.replaceSubrange(24..<28, with: $0) }
    #expect(parse(record) == "3 lost 1")
  }
}

@Suite struct RingMergeTests {
  private func write(_ times: [UInt64], to memory: TestRing) {
    for time in times { memory.write(PerfBytes.lost(time, time: time)) }
  }

  private func drain(_ merge: inout RingMerge, upTo limit: UInt64) -> [UInt64] {
    var times: [UInt64] = []
    merge.drain(upTo: limit) { _, time in times.append(time) }
    return times
  }

  @Test func ringsAreMergedByTimeUpToTheLimit() throws {
    let rings = (0..<3).map { _ in TestRing(byteCount: 1024) }
    var merge = RingMerge(try rings.map { try $0.reader() })
    write([1, 4, 5, 9], to: rings[0])
    write([2, 3, 10], to: rings[1])
    #expect(drain(&merge, upTo: 4) == [1, 2, 3, 4])
    write([6, 7], to: rings[2])
    #expect(drain(&merge, upTo: 8) == [5, 6, 7])
    #expect(drain(&merge, upTo: 8) == [])
    #expect(drain(&merge, upTo: .max - 1) == [9, 10])
    #expect(rings.allSatisfy { $0.tail == $0.head })
  }

  @Test func recordsOfOneTimeAllCome() throws {
    let rings = (0..<2).map { _ in TestRing(byteCount: 1024) }
    var merge = RingMerge(try rings.map { try $0.reader() })
    write([5, 5, 6], to: rings[0])
    write([5, 6, 6], to: rings[1])
    #expect(drain(&merge, upTo: 5) == [5, 5, 5])
    #expect(drain(&merge, upTo: 6) == [6, 6, 6])
  }

  @Test(arguments: [UInt64(1), 2, 3]) func nothingIsMissingOrOutOfOrder(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rings = (0..<5).map { _ in TestRing(byteCount: 4096) }
    var merge = RingMerge(try rings.map { try $0.reader() })
    var now: UInt64 = 1
    var (written, read): ([UInt64], [UInt64]) = ([], [])
    for _ in 0..<500 {
      for _ in 0..<Int.random(in: 0..<20, using: &random) {
        write([now], to: rings[Int.random(in: 0..<5, using: &random)])
        written.append(now)
        now += UInt64.random(in: 0..<3, using: &random)
      }
      read += drain(&merge, upTo: now - min(now, UInt64.random(in: 0..<8, using: &random)))
    }
    read += drain(&merge, upTo: .max - 1)
    #expect(read == written)
  }
}
