/// Elementary functions without a maths library: the same bits on every machine. The polynomial of
/// `exp` is that of Cephes (Moshier), `expf`.
enum VectorMath {
  /// 1.5 * 2^23: adding and subtracting it rounds to the nearest integer.
  private static let roundingBias: Float = 12_582_912

  /// e^x within 2 ulp for -87 <= x <= 88; 0 below, e^88 above.
  @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    let isTiny = x .< -87
    let x = x.replacing(with: -87, where: isTiny).replacing(with: 88, where: x .> 88)
    let bias = Lanes(repeating: roundingBias)
    let biased = bias.addingProduct(x, Lanes(repeating: 1.44269504))
    let k = biased - bias
    let r = x.addingProduct(k, Lanes(repeating: -0.693359375))
      .addingProduct(k, Lanes(repeating: 2.12194440e-4))
    var p = Lanes(repeating: 1.9875691500e-4)
    p = Lanes(repeating: 1.3981999507e-3).addingProduct(p, r)
    p = Lanes(repeating: 8.3334519073e-3).addingProduct(p, r)
    p = Lanes(repeating: 4.1665795894e-2).addingProduct(p, r)
    p = Lanes(repeating: 1.6666665459e-1).addingProduct(p, r)
    p = Lanes(repeating: 5.0000001201e-1).addingProduct(p, r)
    let y = r.addingProduct(p, r * r) + 1
    let exponent = unsafeBitCast(biased, to: SIMD16<UInt32>.self) &<< 23
    let bits = unsafeBitCast(y, to: SIMD16<UInt32>.self) &+ exponent
    return unsafeBitCast(bits, to: Lanes.self).replacing(with: 0, where: isTiny)
  }

  /// 1 / (1 + e^-x).
  @inline(__always)
  static func sigmoid(_ x: Lanes) -> Lanes { 1 / (1 + exp(-x)) }

  /// 2 sigmoid(2x) - 1.
  @inline(__always)
  static func tanh(_ x: Lanes) -> Lanes {
    let e = exp(-2 * x)
    return (1 - e) / (1 + e)
  }

  /// ln x to about 1e-16 for normal x > 0, NaN for everything else.
  ///
  /// 2 artanh((m - 1) / (m + 1)) for the mantissa m in [sqrt(1/2), sqrt(2)), as a power series.
  static func log(_ x: Double) -> Double {
    guard x >= .leastNormalMagnitude, x < .infinity else { return .nan }
    var exponent = Double(Int(x.bitPattern >> 52) - 1022)
    var mantissa = Double(bitPattern: (x.bitPattern & 0x000f_ffff_ffff_ffff) | 0x3fe0 << 48)
    if mantissa < 0.7071067811865476 {
      mantissa += mantissa
      exponent -= 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let z = s * s
    // In two halves, of z^0, z^2, ... and of z^1, z^3, ..., which need not wait for each other.
    let w = z * z
    var even = 1 / 21.0
    even = even * w + 1 / 17.0
    even = even * w + 1 / 13.0
    even = even * w + 1 / 9.0
    even = even * w + 1 / 5.0
    even = even * w + 1
    var odd = 1 / 19.0
    odd = odd * w + 1 / 15.0
    odd = odd * w + 1 / 11.0
    odd = odd * w + 1 / 7.0
    odd = odd * w + 1 / 3.0
    return 2 * s * (even + z * odd) + exponent * 0.6931471805599453
  }

  /// cos(pi x) to about 1e-15 for x in 0...1: the Taylor series of sin(pi (1/2 - x)).
  static func cosPi(_ x: Double) -> Double {
    let y = (0.5 - x) * Double.pi
    let square = y * y
    var sum = 1.0
    for n in stride(from: 23.0, through: 3.0, by: -2.0) { sum = 1 - square / (n * (n - 1)) * sum }
    return y * sum
  }
}
