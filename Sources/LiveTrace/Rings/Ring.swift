import CPlatform

/// The reader's side of a perf ring: records between the tail (ours) and the head (the kernel's).
///
/// Nothing in the ring is trusted: it gives whole records of 8 bytes and more, or says that it is
/// damaged and goes on with what the kernel writes next. The memory belongs to whoever made it.
struct Ring {
  private let control: UnsafeMutableRawPointer
  private let data: UnsafeRawPointer
  private let byteCount: UInt64
  /// For a record that goes over the end of the ring to its beginning.
  private let scratch: UnsafeMutableRawPointer
  private var head: UInt64 = 0
  private var tail: UInt64 = 0
  private var released: UInt64 = 0

  /// The record that is next, header included, valid until the ring is advanced; empty where there
  /// is none, and where the ring is damaged.
  private(set) var record = UnsafeRawBufferPointer(start: nil, count: 0)
  /// When it happened; `.max` where there is none.
  private(set) var time = UInt64.max

  /// Bytes that `scratch` needs: the longest record.
  static let scratchLength = 65_536

  /// - Parameters:
  ///   - control: the control page.
  ///   - data: the records.
  ///   - byteCount: how many bytes of them, a power of two from 8 on.
  ///   - scratch: `scratchLength` bytes.
  init(
    control: UnsafeMutableRawPointer, data: UnsafeRawPointer, byteCount: Int,
    scratch: UnsafeMutableRawPointer
  ) {
    precondition(byteCount >= 8 && byteCount & (byteCount - 1) == 0, "no power of two")
    self.control = control
    self.data = data
    self.byteCount = UInt64(byteCount)
    self.scratch = scratch
  }

  /// Looks how far the kernel has come.
  mutating func refresh() {
    head = mle_ring_head(control)
    if time == .max { prepare() }
  }

  /// Goes on to the next record.
  mutating func advance() {
    tail &+= UInt64(record.count)
    // The kernel needs room while a long backlog is read.
    if tail &- released >= byteCount / 8 { release() }
    prepare()
  }

  /// Lets the kernel overwrite what was read.
  mutating func release() {
    guard tail != released else { return }
    released = tail
    mle_ring_release(control, tail)
  }

  /// A 32-bit kernel counts in 32 bits; no ring is longer.
  private var available: UInt64 { UInt64(UInt32(truncatingIfNeeded: head &- tail)) }

  private mutating func prepare() {
    record = UnsafeRawBufferPointer(start: nil, count: 0)
    time = .max
    let available = available
    if available == 0 { return }
    let offset = tail & (byteCount - 1)
    guard available <= byteCount, available % 8 == 0, offset % 8 == 0 else { return skip() }
    // Headers are aligned and do not wrap.
    let length = data.loadUnaligned(fromByteOffset: Int(offset) + 6, as: UInt16.self)
    guard length >= 8, length % 8 == 0, UInt64(length) <= available else { return skip() }
    take(Int(length), at: Int(offset))
    time = PerfRecord.time(of: record)
  }

  private mutating func take(_ length: Int, at offset: Int) {
    let first = min(length, Int(byteCount) - offset)
    if first == length {
      record = UnsafeRawBufferPointer(start: data + offset, count: length)
    } else {
      scratch.copyMemory(from: data + offset, byteCount: first)
      (scratch + first).copyMemory(from: data, byteCount: length - first)
      record = UnsafeRawBufferPointer(start: scratch, count: length)
    }
  }

  /// Gives up all up to the head: an empty record at time 0 stands for it.
  private mutating func skip() {
    tail = head
    time = 0
  }
}
