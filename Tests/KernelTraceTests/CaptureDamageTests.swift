import KernelTrace
import TestSupport
import Testing

@Suite struct CaptureDamageTests {
  let recording: Recording

  init() throws {
    var random = SplitMix64(seed: 11)
    recording = try Recording((0..<60).map { _ in TraceRecord.random(&random) }, bufferLength: 200)
    #expect(recording.ends.count > 8)
  }

  @Test func everyTruncationGivesTheWholeBlocksAndSaysWhereTheyEnd() {
    for length in 0..<recording.bytes.count {
      let reading = Reading(Array(recording.bytes[..<length]))
      let block = recording.ends.lastIndex { $0 <= length }
      let end = block.map { recording.ends[$0] } ?? 0
      let itemCount = block.map { recording.itemCounts[$0] } ?? 0
      #expect(reading.error == nil)
      #expect(reading.items == Array(recording.items[..<itemCount]))
      let offset = UInt64(end)
      #expect(
        reading.end
          == (end == length && end > 0 ? .complete(atOffset: offset) : .cutOff(atOffset: offset)))
    }
  }

  @Test func everyFlippedBitIsAnErrorOrACutTail() {
    let lastBlock = UInt64(recording.ends[recording.ends.count - 2])
    for bit in 0..<(8 * recording.bytes.count) {
      var bytes = recording.bytes
      bytes[bit / 8] ^= 1 << (bit % 8)
      let reading = Reading(bytes)
      let isCut = reading.error == nil && reading.end == .cutOff(atOffset: lastBlock)
      #expect(isCut || reading.error != nil, "bit \(bit)")
      #expect(reading.items == Array(recording.items.prefix(reading.items.count)), "bit \(bit)")
    }
  }

  /// A file system may have given the file its length and not yet its bytes.
  @Test func aTailOfZerosIsACut() {
    for end in recording.ends {
      for kept in [0, 1, 5, 12, 13, 30] where end + kept < recording.bytes.count {
        if recording.ends.contains(end + kept) && kept > 0 { continue }
        for zeros in [1, 12, 4096, 2 << 20] {
          let bytes = Array(recording.bytes[..<(end + kept)])
          let reading = Reading(bytes + [UInt8](repeating: 0, count: zeros))
          #expect(reading.error == nil, "\(end) \(kept) \(zeros)")
          #expect(reading.end == .cutOff(atOffset: UInt64(end)), "\(end) \(kept) \(zeros)")
        }
      }
    }
  }

  @Test func damageBeforeMoreIsAnError() {
    let start = recording.ends[3]
    for offset in start..<recording.ends[4] {
      var bytes = recording.bytes
      bytes[offset] ^= 0x55
      let reading = Reading(bytes)
      #expect(reading.error == .damagedBlock(atOffset: UInt64(start)))
      #expect(reading.items.count == recording.itemCounts[3])
    }
  }

  @Test func anErrorIsThrownAgain() throws {
    var reader = CaptureReader()
    for _ in 0..<2 {
      [UInt8]("hello".utf8).withUnsafeBytes { bytes in
        var rest = bytes
        #expect(throws: CaptureError.notACapture) { _ = try reader.next(&rest) }
      }
    }
  }

  @Test func aCutCaptureCanBeContinued() throws {
    let cut = Array(recording.bytes[..<(recording.ends[3] + 20)])
    guard case .cutOff(let offset) = Reading(cut).end else { return #expect(Bool(false)) }
    var bytes = Array(cut[..<Int(offset)])
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 200, alignment: 1)
    defer { buffer.deallocate() }
    let more = try Recording()
    var writer = CaptureWriter(buffer: buffer, continuingAt: offset) { more.append($0) }
    let exit = TraceRecord.exit(ThreadID(pid: 9, tid: 9), time: 1)
    try writer.append(exit)
    try writer.flush()
    bytes += more.bytes.dropFirst(16)
    let reading = Reading(bytes)
    #expect(reading.items.last == .record(exit))
    #expect(reading.items.count == recording.itemCounts[3] + 1)
    #expect(reading.end == .complete(atOffset: UInt64(bytes.count)))
  }

  @Test func garbageNeverTraps() {
    var random = SplitMix64(seed: 12)
    for _ in 0..<3000 {
      let kept = [0, 16, recording.ends[1]][Int(random.next() % 3)]
      var bytes = Array(recording.bytes[..<kept])
      bytes += (0..<(random.next() % 300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let reading = Reading(bytes) { Int(1 + random.next() % 64) }
      #expect(reading.items == Array(recording.items.prefix(reading.items.count)))
    }
  }
}
