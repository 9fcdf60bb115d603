/// Compares byte by byte, a prefix before what it is a prefix of.
///
/// - Returns: a number below 0 where `a` comes first, 0 where both are the same bytes.
public func compareBytes(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let shared = a.count < b.count ? a.count : b.count
  for index in 0..<shared where a[index] != b[index] { return Int(a[index]) - Int(b[index]) }
  return a.count - b.count
}

/// The bytes of a constant text.
package func bytes(of text: StaticString) -> UnsafeRawBufferPointer {
  UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
}

/// Whether `bytes` are those of `text`.
package func equal(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
  bytes.count == text.utf8CodeUnitCount && starts(bytes, with: text)
}

/// Whether `bytes` begin with those of `text`.
package func starts(_ bytes: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
  let count = text.utf8CodeUnitCount
  guard bytes.count >= count else { return false }
  for index in 0..<count where bytes[index] != text.utf8Start[index] { return false }
  return true
}

/// Whether `bytes` end with those of `text`.
package func ends(_ bytes: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
  guard bytes.count >= text.utf8CodeUnitCount else { return false }
  return equal(
    UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - text.utf8CodeUnitCount)...]), text)
}
