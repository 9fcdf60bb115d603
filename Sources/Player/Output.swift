import CPlatform

/// Buffered text to a file descriptor, from a buffer in place: nothing is allocated for a line.
///
/// On a workstation it can also be collected, to be compared.
struct Output: ~Copyable {
  private let descriptor: Int32
  /// For a reader that is slow; else what it has no room for is a failure.
  var waits: Bool
  private var buffer = InlineArray<4096, UInt8>(repeating: 0)
  private var count = 0
  /// Whether a write failed; everything is dropped until this is taken back.
  var hasFailed = false
  /// The errno of the last write that failed; 0: none did.
  private(set) var failureCode: Int32 = 0
  /// Whether anything has been written.
  private(set) var hasWritten = false

  @inline(never)
  init(descriptor: Int32, waits: Bool = true) {
    self.descriptor = descriptor
    self.waits = waits
  }

  #if !hasFeature(Embedded)
    private var collection: [UInt8]?

    /// Text for `collected`, of about so many bytes.
    init(collecting capacity: Int) {
      descriptor = -1
      waits = true
      var bytes: [UInt8] = []
      bytes.reserveCapacity(capacity)
      collection = bytes
    }

    /// All that was put, where nothing is written.
    var collected: [UInt8] {
      mutating get {
        flush()
        return collection ?? []
      }
    }
  #endif

  /// Hands everything to the kernel.
  @inline(never)
  mutating func flush() {
    #if !hasFeature(Embedded)
      if collection != nil {
        for index in 0..<count { collection?.append(buffer[index]) }
        count = 0
        return
      }
    #endif
    var start = 0
    while start < count && !hasFailed {
      // A pipe that is writable has room for the whole buffer.
      if !waits && mle_is_writable(descriptor) == 0 {
        hasFailed = true
        break
      }
      let written = unsafe withUnsafeBytes(of: &buffer) { bytes in
        unsafe write(descriptor, bytes.baseAddress.map { $0 + start }, count - start)
      }
      if written > 0 {
        start += written
        hasWritten = true
      } else if written < 0 && mle_errno() != 4 {  // EINTR
        (hasFailed, failureCode) = (true, mle_errno())
      }
    }
    count = 0
  }

  mutating func put(byte: UInt8) {
    if count == buffer.count { flush() }
    buffer[count] = byte
    count += 1
  }

  mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { put(byte: byte) } }
  }

  mutating func put(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { put(byte: byte) }
  }

  mutating func put(cString: UnsafePointer<CChar>) {
    var next = cString
    while next.pointee != 0 {
      put(byte: UInt8(bitPattern: next.pointee))
      next += 1
    }
  }

  /// A number with at least `width` digits.
  mutating func put(_ number: UInt64, width: Int = 1, radix: UInt64 = 10) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var (rest, length) = (number, 0)
    repeat {
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      digits[length] = digit < 10 ? 0x30 + digit : 0x57 + digit
      rest /= radix
      length += 1
    } while rest > 0 || length < width
    for index in (0..<length).reversed() { put(byte: digits[index]) }
  }

  mutating func put(_ number: Int) {
    if number < 0 { put(byte: 0x2d) }
    put(UInt64(number.magnitude))
  }

  /// A number of millionths, as a decimal fraction.
  mutating func put(millionths: UInt64) {
    put(millionths / 1_000_000)
    put(byte: 0x2e)
    put(millionths % 1_000_000, width: 6)
  }
}
