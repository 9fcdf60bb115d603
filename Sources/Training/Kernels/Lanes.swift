/// Sixteen floats, the unit of all arithmetic here. Sums run along the same lanes in the same order
/// whatever the width of the machine's registers, and a fused multiply-add rounds once everywhere,
/// so that results do not depend on the machine.
typealias Lanes = SIMD16<Float>

/// Rounded up to whole `Lanes`.
@inline(__always)
func padded(_ count: Int) -> Int { (count + 15) & ~15 }

extension UnsafePointer<Float> {
  @inline(__always)
  func lanes(at index: Int) -> Lanes {
    UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  func lanes(at index: Int) -> Lanes {
    UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  func store(_ lanes: Lanes, at index: Int) {
    UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
  }
}

extension SIMD16<Float> {
  /// Lane j with j + 8, then j + 4, j + 2, j + 1.
  @inline(__always)
  var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The largest lane.
  @inline(__always)
  var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: highHalf .> lowHalf)
    let (a, b) = (eight.lowHalf, eight.highHalf)
    let four = a.replacing(with: b, where: b .> a)
    return Swift.max(four.x, four.y, four.z, four.w)
  }

  /// The larger of each lane's two. (On `SIMD` in general it would be a loop over the elements.)
  @inline(__always)
  func larger(_ other: Self) -> Self { replacing(with: other, where: other .> self) }
}
