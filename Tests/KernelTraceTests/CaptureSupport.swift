import Foundation
import KernelTrace
import TestSupport

/// A `CaptureItem` that owns its bytes.
enum Item: Equatable {
  case name(UInt32, String)
  case record(TraceRecord)
}

/// All that a reader says about a capture.
struct Reading: Equatable {
  var items: [Item] = []
  var error: CaptureError?
  var end = CaptureEnd.cutOff(atOffset: 0)

  /// Reads `capture` in pieces of the lengths that `pieceLength` gives.
  init(_ capture: [UInt8], pieceLength: () -> Int = { .max }) {
    var reader = CaptureReader()
    var start = 0
    while start < capture.count && error == nil {
      let length = min(pieceLength(), capture.count - start)
      let piece = Array(capture[start..<(start + length)])
      start += length
      piece.withUnsafeBytes { read(UnsafeRawBufferPointer($0), with: &reader) }
    }
    end = reader.end
  }

  private mutating func read(_ bytes: UnsafeRawBufferPointer, with reader: inout CaptureReader) {
    var rest = bytes
    do throws(CaptureError) {
      while let item = try reader.next(&rest) {
        switch item {
        case .stateName(let id, let name):
          items.append(.name(id, String(decoding: name, as: UTF8.self)))
        case .record(let record): items.append(.record(record))
        }
      }
    } catch {
      self.error = error
    }
  }

  var records: [TraceRecord] {
    items.compactMap { if case .record(let record) = $0 { record } else { nil } }
  }
}

/// A capture in memory and where its blocks end.
final class Recording {
  private(set) var bytes: [UInt8] = []
  /// The header's end, then each block's.
  private(set) var ends: [Int] = []
  private(set) var items: [Item] = []
  /// How many items the blocks up to each end hold.
  private(set) var itemCounts: [Int] = []
  /// The sink fails while this is set.
  var isFull = false

  func append(_ block: UnsafeRawBufferPointer) -> Bool {
    if isFull { return false }
    if bytes.isEmpty {
      ends.append(16)
      itemCounts.append(0)
    }
    bytes.append(contentsOf: block)
    ends.append(bytes.count)
    itemCounts.append(items.count)
    return true
  }

  /// Writes `records`, naming every state at its first use, with a buffer of `bufferLength` bytes.
  init(_ records: [TraceRecord] = [], bufferLength: Int = 256) throws(CaptureError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferLength, alignment: 1)
    defer { buffer.deallocate() }
    var writer = CaptureWriter(buffer: buffer) { [self] in append($0) }
    for record in records {
      if case .event(let event) = record, event.state != 0, !writer.isNamed(event.state) {
        let name = "state.\(event.state)"
        try writer.name(state: event.state, name)
        items.append(.name(event.state, name))
      }
      try writer.append(record)
      items.append(.record(record))
    }
    try writer.flush()
  }
}

extension CaptureWriter {
  mutating func name(state id: UInt32, _ text: String) throws(CaptureError) {
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(CaptureError) in try name(state: id, bytes) }
    }
    try result.get()
  }
}

extension TraceRecord {
  /// A record whose numbers are of every size.
  static func random(_ random: inout SplitMix64) -> TraceRecord {
    let thread = ThreadID.random(&random)
    let time = random.number()
    switch random.next() % 8 {
    case 0: return .fork(parent: thread, child: .random(&random), time: time)
    case 1: return .exec(thread, name: .random(&random), time: time)
    case 2: return .exit(thread, time: time)
    case 3:
      let isAnybody = random.next() % 2 == 0
      return .lost(count: random.number(), thread: isAnybody ? nil : thread, time: time)
    default:
      let state = UInt32(truncatingIfNeeded: random.number() % 40)
      return .event(TraceEvent(thread: thread, state: state, time: time))
    }
  }
}

extension ThreadID {
  static func random(_ random: inout SplitMix64) -> ThreadID {
    ThreadID(
      pid: max(1, UInt32(truncatingIfNeeded: random.number())),
      tid: max(1, UInt32(truncatingIfNeeded: random.number())))
  }
}

extension ProgramName {
  init(_ text: String) {
    let bytes = Array(text.utf8)
    self = bytes.withUnsafeBytes { ProgramName($0) }
  }

  static func random(_ random: inout SplitMix64) -> ProgramName {
    let bytes = (0..<(1 + random.next() % 15)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return bytes.withUnsafeBytes { ProgramName($0) }
  }
}

extension SplitMix64 {
  /// As likely small as large: uniform in the number of bits.
  mutating func number() -> UInt64 { next() >> (next() % 64) }
}

func golden(_ name: String) throws -> [UInt8] {
  let folder = Bundle.module.bundleURL.appendingPathComponent("Golden")
  return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
}
