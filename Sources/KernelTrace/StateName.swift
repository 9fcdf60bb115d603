/// What the name of a state may be: the same in traces, captures, data sets and blobs.
///
/// A name is 1 to 64 bytes of printable ASCII without space, `"` and `\`, so that it is one field
/// of a line of text and needs no escape in JSON.
public enum StateName {
  /// In bytes.
  public static let maximumLength = 64

  /// The name of state 0, that of everything not seen in training.
  public static let unknown: StaticString = "unknown"

  /// Whether `byte` may be part of a name.
  @inlinable
  public static func allows(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Where the first byte that may not be part of a name is, nil where there is none.
  public static func firstForbiddenByte(in bytes: UnsafeRawBufferPointer) -> Int? {
    for index in 0..<bytes.count where !allows(bytes[index]) { return index }
    return nil
  }

  /// Whether `bytes` are a name.
  public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    (1...maximumLength).contains(bytes.count) && firstForbiddenByte(in: bytes) == nil
  }

  /// Whether `bytes` are the name of state 0.
  public static func isUnknown(_ bytes: UnsafeRawBufferPointer) -> Bool {
    equal(bytes, unknown)
  }
}
