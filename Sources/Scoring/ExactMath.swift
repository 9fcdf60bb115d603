/// exp and ln in plain binary32 arithmetic: no maths library, no fused operation, so that every
/// CPU gives the same bits. `docs/scoring.md` is the definition.
///
/// The polynomials are those of Cephes (Moshier), `expf` and `logf`.
public enum ExactMath {
  /// 1.5 * 2^23: adding and subtracting it rounds to the nearest integer, ties to even.
  @usableFromInline static let roundingBias: Float = 12_582_912

  /// e^x within 2 ulp, for x <= 28; e^-87 below -87.
  @inlinable
  public static func exp(_ x: Float) -> Float {
    let x = x < -87 ? -87 : x
    let biased = x * 1.44269504 + roundingBias
    let k = biased - roundingBias
    let r = (x - k * 0.693359375) - k * -2.12194440e-4
    var p: Float = 1.9875691500e-4
    p = p * r + 1.3981999507e-3
    p = p * r + 8.3334519073e-3
    p = p * r + 4.1665795894e-2
    p = p * r + 1.6666665459e-1
    p = p * r + 5.0000001201e-1
    let y = (p * (r * r) + r) + 1
    return Float(bitPattern: y.bitPattern &+ (biased.bitPattern &<< 23))
  }

  /// The same of 16 numbers side by side, with the same bits.
  @inline(__always)
  static func exp(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let x = SIMD16<Float>(repeating: -87).replacing(with: x, where: x .> -87)
    let biased = x * 1.44269504 + roundingBias
    let k = biased - roundingBias
    let r = (x - k * 0.693359375) - k * -2.12194440e-4
    var p = SIMD16<Float>(repeating: 1.9875691500e-4)
    p = p * r + 1.3981999507e-3
    p = p * r + 8.3334519073e-3
    p = p * r + 4.1665795894e-2
    p = p * r + 1.6666665459e-1
    p = p * r + 5.0000001201e-1
    let y = (p * (r * r) + r) + 1
    let exponents = unsafeBitCast(biased, to: SIMD16<UInt32>.self) &<< 23
    return unsafeBitCast(
      unsafeBitCast(y, to: SIMD16<UInt32>.self) &+ exponents, to: SIMD16<Float>.self)
  }

  /// ln x within 2 ulp, for normal x >= 1.
  @inlinable
  public static func log(_ x: Float) -> Float {
    let bits = x.bitPattern
    var exponent = Int32(truncatingIfNeeded: bits &>> 23) &- 126
    var m = Float(bitPattern: (bits & 0x007f_ffff) | 0x3f00_0000)
    if m < 0.707106781 {
      m = m + m
      exponent = exponent &- 1
    }
    m = m - 1
    let z = m * m
    var p: Float = 7.0376836292e-2
    p = p * m - 1.1514610310e-1
    p = p * m + 1.1676998740e-1
    p = p * m - 1.2420140846e-1
    p = p * m + 1.4249322787e-1
    p = p * m - 1.6668057665e-1
    p = p * m + 2.0000714765e-1
    p = p * m - 2.4999993993e-1
    p = p * m + 3.3333331174e-1
    let e = Float(exponent)
    var y = (p * m) * z
    y = y + e * -2.12194440e-4
    y = y - 0.5 * z
    return (m + y) + e * 0.693359375
  }

  /// 1 / (1 + e^-x).
  @inlinable
  public static func sigmoid(_ x: Float) -> Float {
    let limited: Float = x > 28 ? 28 : (x < -28 ? -28 : x)
    return 1 / (1 + exp(-limited))
  }

  /// 2 sigmoid(2x) - 1.
  @inlinable
  public static func tanh(_ x: Float) -> Float { 2 * sigmoid(2 * x) - 1 }
}
