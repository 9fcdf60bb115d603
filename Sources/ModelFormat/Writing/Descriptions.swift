import KernelTrace

extension ModelFormatError: CustomStringConvertible {
  /// The fact and what to do, in one line.
  public var description: String { message.text }
}

extension SHA256.Digest: CustomStringConvertible {
  /// 64 hexadecimal digits, as `sha256sum` prints them.
  public var description: String {
    (0..<Self.count).map { index in
      let digits = String(self[index], radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
