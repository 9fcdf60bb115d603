import KernelTrace
import TestSupport
import Testing

@Suite struct CaptureRoundTripTests {
  @Test(arguments: [UInt64(1), 2, 3]) func randomRecordsComeBack(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let records = (0..<2000).map { _ in TraceRecord.random(&random) }
    for bufferLength in [CaptureWriter.smallestBuffer, 1000, 4 << 20] {
      let recording = try Recording(records, bufferLength: bufferLength)
      let reading = Reading(recording.bytes)
      #expect(reading.error == nil)
      #expect(reading.items == recording.items)
      #expect(reading.end == .complete(atOffset: UInt64(recording.bytes.count)))
    }
  }

  @Test func piecesOfAnySizeGiveTheSame() throws {
    var random = SplitMix64(seed: 4)
    let recording = try Recording((0..<300).map { _ in TraceRecord.random(&random) })
    let whole = Reading(recording.bytes)
    #expect(Reading(recording.bytes, pieceLength: { 1 }) == whole)
    for _ in 0..<20 {
      let reading = Reading(recording.bytes) { Int(1 + random.next() % 100) }
      #expect(reading == whole)
    }
  }

  @Test func aBlockIsAtMostOneMebibyte() throws {
    let event = TraceRecord.event(
      TraceEvent(thread: ThreadID(pid: .max, tid: .max), state: 0, time: .max / 2))
    let recording = try Recording(Array(repeating: event, count: 90_000), bufferLength: 3 << 20)
    #expect(recording.ends.count > 2)
    for (start, end) in zip(recording.ends, recording.ends.dropFirst()) {
      #expect(end - start <= (1 << 20) + 12 + 16)
    }
    #expect(Reading(recording.bytes).items == recording.items)
  }

  @Test func aCaptureWithoutRecordsIsComplete() throws {
    let recording = try Recording()
    #expect(recording.bytes.count == 16)
    #expect(Reading(recording.bytes).end == .complete(atOffset: 16))
  }

  @Test func manyStatesAreRemembered() throws {
    let thread = ThreadID(pid: 1, tid: 1)
    let records = (1...65_536).map { number in
      let state = UInt32(truncatingIfNeeded: number &* 65_521)
      return TraceRecord.event(TraceEvent(thread: thread, state: state, time: 0))
    }
    let recording = try Recording(records, bufferLength: 1 << 16)
    #expect(Reading(recording.bytes).items == recording.items)
    let oneMore = TraceRecord.event(TraceEvent(thread: thread, state: 7, time: 0))
    #expect(throws: CaptureError.self) { try Recording(records + [oneMore]) }
  }

  /// Written by Tests/Reference/make_captures.py from the specification alone.
  @Test func goldenCaptureSaysWhatItsTextSays() throws {
    let capture = try golden("v1.mlt")
    var rest = UnsafeRawBufferPointer(start: nil, count: 0)
    var reader = CaptureReader()
    var names: [UInt32: [UInt8]] = [:]
    var text: [UInt8] = []
    try capture.withUnsafeBytes { bytes in
      rest = bytes
      while let item = try reader.next(&rest) {
        switch item {
        case .stateName(let id, let name): names[id] = Array(name)
        case .record(.event(let event)):
          if let name = names[event.state] {
            name.withUnsafeBytes { TraceRecord.event(event).appendLine(to: &text, stateName: $0) }
          } else {
            TraceRecord.event(event).appendLine(to: &text)
          }
        case .record(let record): record.appendLine(to: &text)
        }
      }
    }
    #expect(
      String(decoding: text, as: UTF8.self) == String(decoding: try golden("v1.txt"), as: UTF8.self)
    )
    #expect(reader.end == .complete(atOffset: UInt64(capture.count)))
  }
}
