/// The Secure Hash Algorithm of FIPS 180-4 with 256 bits, over bytes that come in pieces.
public struct SHA256: Sendable {
  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var pendingCount = 0
  private var byteCount: UInt64 = 0

  /// The hash of no bytes yet.
  public init() {}

  /// The hash of `bytes`.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var position = 0
    if pendingCount > 0 {
      position = min(64 - pendingCount, bytes.count)
      append(UnsafeRawBufferPointer(rebasing: bytes[..<position]))
    }
    while bytes.count - position >= 64 {
      compress(UnsafeRawBufferPointer(rebasing: bytes[position..<(position + 64)]))
      position += 64
    }
    append(UnsafeRawBufferPointer(rebasing: bytes[position...]))
  }

  /// The hash of all bytes taken in.
  public consuming func finalize() -> Digest {
    let bitCount = byteCount &* 8
    appendByte(0x80)
    while pendingCount != 56 { appendByte(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      appendByte(UInt8(truncatingIfNeeded: bitCount &>> shift))
    }
    return Digest(words: state)
  }

  /// Keeps up to a block's rest of bytes until the block is whole.
  private mutating func append(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { appendByte(byte) }
  }

  private mutating func appendByte(_ byte: UInt8) {
    pending[pendingCount] = byte
    pendingCount += 1
    if pendingCount == 64 {
      let block = pending
      withUnsafeBytes(of: block) { compress($0) }
      pendingCount = 0
    }
  }

  /// Section 6.2.2, with the message schedule in a ring of 16 words.
  private mutating func compress(_ block: UnsafeRawBufferPointer) {
    var w = InlineArray<16, UInt32>(repeating: 0)
    for t in 0..<16 {
      w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      if t >= 16 {
        w[t & 15] &+=
          Self.smallSigma1(w[(t - 2) & 15]) &+ w[(t - 7) & 15] &+ Self.smallSigma0(w[(t - 15) & 15])
      }
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let t1 = h &+ Self.bigSigma1(e) &+ choice &+ Self.roundConstants[t] &+ w[t & 15]
      let t2 = Self.bigSigma0(a) &+ majority
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ t2)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }
}

extension SHA256 {
  /// The 32 bytes of a hash.
  public struct Digest: Equatable, Sendable {
    /// Most significant byte first.
    let words: InlineArray<8, UInt32>

    init(words: InlineArray<8, UInt32>) { self.words = words }

    /// The hash that was stored as the 32 bytes from `bytes` on.
    init(stored bytes: UnsafeRawPointer) {
      words = InlineArray { index in
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      }
    }

    /// In bytes.
    public static let count = 32

    /// The byte at `index`, in 0..<32.
    public subscript(index: Int) -> UInt8 {
      UInt8(truncatingIfNeeded: words[index / 4] &>> UInt32(24 - 8 * (index % 4)))
    }

    /// Whether all bytes are the same.
    public static func == (a: Digest, b: Digest) -> Bool {
      for index in 0..<8 where a.words[index] != b.words[index] { return false }
      return true
    }
  }

  // Section 4.1.2.

  @inline(__always)
  private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { (x &>> n) | (x &<< (32 - n)) }

  @inline(__always)
  private static func bigSigma0(_ x: UInt32) -> UInt32 {
    rotate(x, 2) ^ rotate(x, 13) ^ rotate(x, 22)
  }

  @inline(__always)
  private static func bigSigma1(_ x: UInt32) -> UInt32 {
    rotate(x, 6) ^ rotate(x, 11) ^ rotate(x, 25)
  }

  @inline(__always)
  private static func smallSigma0(_ x: UInt32) -> UInt32 {
    rotate(x, 7) ^ rotate(x, 18) ^ (x &>> 3)
  }

  @inline(__always)
  private static func smallSigma1(_ x: UInt32) -> UInt32 {
    rotate(x, 17) ^ rotate(x, 19) ^ (x &>> 10)
  }

  /// Section 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let roundConstants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585,
    0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
  ]
}
