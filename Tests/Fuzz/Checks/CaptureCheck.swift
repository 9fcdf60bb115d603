import KernelTrace

/// Any bytes give items, an error or an end, the same whatever pieces they come in; what was read is
/// written to a capture that reads the same.
enum CaptureCheck {
  static func check(_ bytes: UnsafeRawBufferPointer) throws(Violation) {
    let isWholeCapture = bytes.first == 0x89
    try readAndWrite(isWholeCapture ? Array(bytes) : framed(bytes))
  }

  /// A capture with the bytes as its blocks' payloads and right checksums, without which nothing
  /// behind them would ever be reached. A byte before each payload is its length - 1.
  private static func framed(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var capture: [UInt8] = [0x89, 0x4d, 0x4c, 0x54, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0, 0, 0]
    appendChecksum(of: capture[...], to: &capture)
    var rest = bytes[...]
    while let length = rest.popFirst(), !rest.isEmpty {
      let payload = Array(rest.prefix(1 + Int(length)))
      rest = rest.dropFirst(payload.count)
      let start = capture.count
      append(UInt32(payload.count), to: &capture)
      appendChecksum(of: payload[...], to: &capture)
      appendChecksum(of: capture[start...], to: &capture)
      capture += payload
    }
    return capture
  }

  private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  private static func appendChecksum(of part: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    append(part.withUnsafeBytes { CRC32.of($0) }, to: &bytes)
  }

  private static func readAndWrite(_ capture: [UInt8]) throws(Violation) {
    let whole = Reading(capture, pieceLength: max(capture.count, 1))
    let length = 1 + capture.count % 7
    try Violation.check(
      Reading(capture, pieceLength: length) == whole, "pieces of \(length) bytes read the same")
    let written: [UInt8]
    do throws(CaptureError) {
      written = try whole.written()
    } catch {
      throw Violation("what was read can be written: \(error)")
    }
    let again = Reading(written, pieceLength: written.count)
    try Violation.check(
      again.names == whole.names && again.records == whole.records && again.error == nil,
      "what was written reads the same")
    try Violation.check(
      again.end == .complete(atOffset: UInt64(written.count)), "what was written is complete")
  }

  /// All that a reader says.
  private struct Reading: Equatable {
    var names: [UInt32: [UInt8]] = [:]
    var records: [TraceRecord] = []
    var error: CaptureError?
    var end = CaptureEnd.complete(atOffset: 0)

    init(_ capture: [UInt8], pieceLength: Int) {
      var reader = CaptureReader()
      var start = 0
      while start < capture.count && error == nil {
        let piece = Array(capture[start..<min(start + pieceLength, capture.count)])
        start += piece.count
        piece.withUnsafeBytes { read($0, &reader) }
      }
      end = reader.end
    }

    private mutating func read(_ piece: UnsafeRawBufferPointer, _ reader: inout CaptureReader) {
      var rest = piece
      do throws(CaptureError) {
        while let item = try reader.next(&rest) {
          switch item {
          case .stateName(let id, let name): names[id] = Array(name)
          case .record(let record): records.append(record)
          }
        }
      } catch {
        self.error = error
      }
    }

    func written() throws(CaptureError) -> [UInt8] {
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: CaptureWriter.smallestBuffer, alignment: 1)
      defer { buffer.deallocate() }
      let sink = Sink()
      var writer = CaptureWriter(buffer: buffer) { sink.append($0) }
      for (id, name) in names.sorted(by: { $0.key < $1.key }) {
        try name.span.withUnsafeBytes { (bytes) throws(CaptureError) in
          try writer.name(state: id, bytes)
        }
      }
      for record in records { try writer.append(record) }
      try writer.flush()
      return sink.bytes
    }
  }

  private final class Sink {
    private(set) var bytes: [UInt8] = []

    func append(_ block: UnsafeRawBufferPointer) -> Bool {
      bytes.append(contentsOf: block)
      return true
    }
  }
}
