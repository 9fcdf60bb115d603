/// The checked first 128 bytes of a blob, and that the file is as long and as whole as they say.
struct BlobHeader {
  let architecture: Architecture
  let precision: Precision
  let minorVersion: UInt16
  /// In the file.
  let metadata: Range<Int>
  /// In the file.
  let weights: Range<Int>
  let digest: SHA256.Digest

  init(_ bytes: BlobBytes) throws(ModelFormatError) {
    try Self.checkVersion(bytes)
    (metadata, weights) = try Self.parts(bytes)
    digest = SHA256.Digest(stored: bytes.base + weights.upperBound)
    guard SHA256.hash(bytes[0..<weights.upperBound]) == digest else { throw .digestMismatch }
    minorVersion = bytes.u16(at: HeaderOffset.minorVersion)
    precision = try Precision(header: bytes)
    architecture = try Architecture(header: bytes)
    let needed = weightLayout.length
    guard weights.count == needed else {
      throw .weightsLength(found: weights.count, needed: needed)
    }
  }

  var weightLayout: WeightLayout {
    WeightLayout(architecture: architecture, precision: precision)
  }

  /// Magic and major version come first: nothing else of a foreign file means anything.
  private static func checkVersion(_ bytes: BlobBytes) throws(ModelFormatError) {
    for index in 0..<min(bytes.count, 8) where bytes.u8(at: index) != BlobLayout.magic[index] {
      throw isTextModeDamage(bytes) ? .textModeDamage : .notABlob
    }
    guard bytes.count >= HeaderOffset.minorVersion else {
      throw .truncated(atOffset: bytes.count, needed: BlobLayout.frameLength)
    }
    let version = bytes.u16(at: HeaderOffset.majorVersion)
    guard version == BlobLayout.majorVersion else {
      throw .unsupportedVersion(found: Int(version))
    }
    guard bytes.count >= BlobLayout.frameLength else {
      throw .truncated(atOffset: bytes.count, needed: BlobLayout.frameLength)
    }
  }

  /// What a line end conversion, a transfer of 7 bits or one to UTF-8 makes of the magic.
  private static func isTextModeDamage(_ bytes: BlobBytes) -> Bool {
    begins(bytes, with: [0x89, 0x4d, 0x4c, 0x45, 0x0a])
      || begins(bytes, with: [0x89, 0x4d, 0x4c, 0x45, 0x0d, 0x0d])
      || begins(bytes, with: [0x89, 0x4d, 0x4c, 0x45, 0x0d, 0x1a])
      || begins(bytes, with: [0x09, 0x4d, 0x4c, 0x45])
      || begins(bytes, with: [0xc2, 0x89, 0x4d, 0x4c, 0x45])
      || begins(bytes, with: [0xef, 0xbf, 0xbd, 0x4d, 0x4c, 0x45])
  }

  private static func begins<let N: Int>(
    _ bytes: BlobBytes, with damaged: InlineArray<N, UInt8>
  ) -> Bool {
    guard bytes.count >= N else { return false }
    for index in 0..<N where bytes.u8(at: index) != damaged[index] { return false }
    return true
  }

  /// All lengths agree with each other and with the file's; in 64 bits, for hosts of 32.
  private static func parts(
    _ bytes: BlobBytes
  ) throws(ModelFormatError) -> (metadata: Range<Int>, weights: Range<Int>) {
    let headerLength = bytes.u32(at: HeaderOffset.headerLength)
    guard headerLength == BlobLayout.headerLength else {
      throw .headerLength(found: Int(clamping: headerLength))
    }
    let total = bytes.u64(at: HeaderOffset.totalLength)
    guard total <= UInt64(bytes.count) else {
      throw .truncated(atOffset: bytes.count, needed: Int(clamping: total))
    }
    guard total == UInt64(bytes.count) else {
      throw .trailingBytes(atOffset: Int(total), count: bytes.count - Int(total))
    }
    let metadataLength = UInt64(bytes.u32(at: HeaderOffset.metadataLength))
    let weightsLength = UInt64(bytes.u32(at: HeaderOffset.weightsLength))
    let sum = UInt64(BlobLayout.frameLength) + metadataLength + weightsLength
    guard sum == total else {
      throw .lengthSum(found: Int(clamping: sum), needed: bytes.count)
    }
    guard metadataLength % UInt64(BlobLayout.alignment) == 0 else {
      throw .metadataLength(found: Int(metadataLength))
    }
    let metadataEnd = BlobLayout.headerLength + Int(metadataLength)
    return (BlobLayout.headerLength..<metadataEnd, metadataEnd..<(metadataEnd + Int(weightsLength)))
  }
}
