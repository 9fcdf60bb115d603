import KernelTrace

/// A record of a perf ring (`perf_event_open(2)`, "Ring-buffer"), as far as it matters here.
///
/// Events sample TID, TIME and RAW, and every other record ends with the thread and the time.
enum PerfRecord {
  /// A tracepoint was hit; `raw` is its record, in the ring.
  case sample(ThreadID, raw: UnsafeRawBufferPointer)
  case fork(parent: ThreadID, child: ThreadID)
  case exit(ThreadID)
  /// The ring had no room for `count` records.
  case lost(count: UInt64)
  case other

  private enum Kind {
    static let lost: UInt32 = 2
    static let exit: UInt32 = 4
    static let fork: UInt32 = 7
    static let sample: UInt32 = 9
    static let lostSamples: UInt32 = 13
  }

  /// The length of a record's header, and of what ends a record that is no sample.
  static let headerLength = 8
  private static let trailerLength = 16

  /// Reads one whole record, header included. Any bytes are one; a known record that is too short
  /// for what it should hold counts as lost.
  init(_ record: UnsafeRawBufferPointer) {
    guard record.count >= Self.headerLength + Self.trailerLength else {
      self = .lost(count: 1)
      return
    }
    switch record.loadUnaligned(as: UInt32.self) {
    case Kind.sample: self = Self.sample(record)
    case Kind.fork, Kind.exit: self = Self.task(record)
    case Kind.lost: self = .lost(count: Self.number(record, at: 16) ?? 1)
    case Kind.lostSamples: self = .lost(count: Self.number(record, at: 8) ?? 1)
    default: self = .other
    }
  }

  /// When it happened, in nanoseconds of CLOCK_MONOTONIC; 0 where the record has no room for it.
  static func time(of record: UnsafeRawBufferPointer) -> UInt64 {
    guard record.count >= headerLength + trailerLength else { return 0 }
    let isSample = record.loadUnaligned(as: UInt32.self) == Kind.sample
    return record.loadUnaligned(
      fromByteOffset: isSample ? 16 : record.count - 8, as: UInt64.self)
  }

  /// pid u32, tid u32, time u64, length u32, raw.
  private static func sample(_ record: UnsafeRawBufferPointer) -> PerfRecord {
    let start = headerLength + trailerLength + 4
    guard record.count >= start else { return .lost(count: 1) }
    let length = Int(
      clamping: record.loadUnaligned(fromByteOffset: start - 4, as: UInt32.self))
    guard length <= record.count - start else { return .lost(count: 1) }
    return .sample(
      thread(record, pid: 8, tid: 12),
      raw: UnsafeRawBufferPointer(rebasing: record[start..<(start + length)]))
  }

  /// pid u32, parent's pid u32, tid u32, parent's tid u32, time u64.
  private static func task(_ record: UnsafeRawBufferPointer) -> PerfRecord {
    guard record.count >= headerLength + 24 + trailerLength else { return .lost(count: 1) }
    let thread = thread(record, pid: 8, tid: 16)
    guard record.loadUnaligned(as: UInt32.self) == Kind.fork else { return .exit(thread) }
    return .fork(parent: self.thread(record, pid: 12, tid: 20), child: thread)
  }

  private static func thread(_ record: UnsafeRawBufferPointer, pid: Int, tid: Int) -> ThreadID {
    ThreadID(
      pid: record.loadUnaligned(fromByteOffset: pid, as: UInt32.self),
      tid: record.loadUnaligned(fromByteOffset: tid, as: UInt32.self))
  }

  /// A number that is followed by at least the trailer.
  private static func number(_ record: UnsafeRawBufferPointer, at offset: Int) -> UInt64? {
    guard record.count >= offset + 8 + trailerLength else { return nil }
    return record.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
