/// The states of a system-call source: which call, with what kind of arguments and result.
///
/// An id is `call number << 12 | class`; both parts only ever grow, so that an id keeps its meaning.
/// A name is computed from the id. See docs/state-alphabet.md.
public enum SyscallAlphabet {
  /// The state of a finished call, always a valid one. Never allocates.
  public static func state(of event: SyscallEvent) -> UInt32 {
    let view = ArgumentView(event: event)
    let call = view.canonicalCall
    return UInt32(call.number) << classBits | view.fields(of: call)
  }

  /// The call that a kernel of any architecture calls `name`, such as `openat` or `fstat64`; nil if
  /// the alphabet has none. An event of an unknown call is of state 0.
  public static func canonicalCall(named name: UnsafeRawBufferPointer) -> SystemCall? {
    CallTable.call(named: name)
  }

  /// Whether `state` is an id of this alphabet. 0, unknown, is none.
  public static func isValid(_ state: UInt32) -> Bool { parts(of: state) != nil }

  /// How many valid states there are.
  public static var stateCount: Int {
    var count = 0
    for number in 1...CallTable.lastNumber {
      count += CallTable.call(number)?.scheme.classCount ?? 0
    }
    return count
  }

  /// Calls `body` with every valid state in increasing order.
  public static func forEachState(_ body: (UInt32) -> Void) {
    for number in 1...CallTable.lastNumber {
      guard let scheme = CallTable.call(number)?.scheme else { continue }
      for code in 0..<(UInt32(1) << classBits) where scheme.unpack(code) != nil {
        body(UInt32(number) << classBits | code)
      }
    }
  }

  /// Writes the name of `state` in ASCII, such as `open:rdonly:etc:ok`, and returns its length, 1...64.
  /// 0 is `unknown`. Returns 0, writing nothing, for an id that is not valid and where `buffer` is
  /// too small; 64 bytes are always enough.
  public static func writeName(
    of state: UInt32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    var output = NameOutput(buffer: buffer)
    if state == 0 {
      output.append(WordList("unknown")[0])
    } else {
      guard let (number, scheme, values) = parts(of: state) else { return 0 }
      output.append(CallTable.name(number))
      let fields = scheme.fields
      for index in 0..<3 where fields[index] != .absent {
        output.appendSeparator()
        output.append(WordList(fields[index].words)[values[index]])
      }
    }
    return output.count
  }

  private static let classBits: UInt32 = 12

  private static func parts(
    of state: UInt32
  ) -> (number: Int, scheme: ClassScheme, values: InlineArray<3, Int>)? {
    let number = Int(state >> classBits)
    guard let scheme = CallTable.call(number)?.scheme,
      let values = scheme.unpack(state & (1 << classBits - 1))
    else { return nil }
    return (number, scheme, values)
  }
}

/// Bytes of a name on their way into a buffer; too small a buffer leaves `count` at 0.
private struct NameOutput {
  let buffer: UnsafeMutableRawBufferPointer
  private var length = 0
  private var isTruncated = false

  init(buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  var count: Int { isTruncated ? 0 : length }

  mutating func append(_ word: UnsafeRawBufferPointer?) {
    guard let word else { return }
    for byte in word { append(byte) }
  }

  mutating func appendSeparator() { append(UInt8(ascii: ":")) }

  private mutating func append(_ byte: UInt8) {
    guard length < buffer.count else {
      isTruncated = true
      return
    }
    buffer[length] = byte
    length += 1
  }
}
