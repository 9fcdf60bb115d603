import Foundation
import Testing

@testable import Scoring

@Suite struct ExactMathTests {
  private func ulps(_ found: Float, _ exact: Double) -> Double {
    abs(Double(found) - exact) / Double(Float(exact).ulp)
  }

  @Test func exponentialIsWithinTwoUlps() {
    let worst = (0...230_000).map { step in
      let x = -87 + Float(step) * 0.0005
      return ulps(ExactMath.exp(x), Foundation.exp(Double(x)))
    }.max()
    #expect(worst ?? 9 < 2)
  }

  @Test func logarithmIsWithinTwoUlps() {
    var worst = 0.0
    var x: Float = 1.0009765625
    while x < 1e17 {
      worst = max(worst, ulps(ExactMath.log(x), Foundation.log(Double(x))))
      x *= 1.00037
    }
    #expect(worst < 2)
  }

  @Test func exponentialOfZeroAndLogarithmOfOneAreExact() {
    #expect(ExactMath.exp(0) == 1)
    #expect(ExactMath.log(1) == 0)
  }

  @Test func farBelowZeroTheExponentialStaysNormal() {
    #expect(ExactMath.exp(-87) == ExactMath.exp(-.infinity))
    #expect(ExactMath.exp(-1e30).isNormal)
  }

  @Test func sixteenSideBySideHaveTheBitsOfOne() {
    for step in 0..<8_000 {
      var x = SIMD16<Float>()
      for lane in 0..<16 { x[lane] = 28 - Float(step * 16 + lane) * 0.000_91 }
      if step == 7 { (x[0], x[1], x[2], x[3]) = (-87, -87.00001, -.infinity, 0) }
      let y = ExactMath.exp(x)
      for lane in 0..<16 { #expect(y[lane].bitPattern == ExactMath.exp(x[lane]).bitPattern) }
    }
  }

  @Test func sigmoidAndHyperbolicTangentFollowTheirDefinitions() {
    for step in -4000...4000 {
      let x = Float(step) * 0.01
      let sigmoid = 1 / (1 + Foundation.exp(-Double(x)))
      #expect(abs(Double(ExactMath.sigmoid(x)) - sigmoid) < 2e-7)
      #expect(abs(Double(ExactMath.tanh(x)) - Foundation.tanh(Double(x))) < 4e-7)
    }
  }

  /// Bits of arithmetic version 1: they never change, on no machine.
  @Test func theBitsOfVersionOneAreThese() {
    #expect(ExactMath.exp(1).bitPattern == 0x402d_f854)
    #expect(ExactMath.exp(-10.5).bitPattern == 0x37e6_fe13)
    #expect(ExactMath.log(10).bitPattern == 0x4013_5d8e)
    #expect(ExactMath.sigmoid(0.75).bitPattern == 0x3f2d_dea8)
    #expect(ExactMath.tanh(-0.3).bitPattern == 0xbe95_26ec)
  }
}
