/// Inverted dropout (Srivastava et al. 2014): an element is kept with probability 1 - rate and then
/// scaled by 1 / (1 - rate).
///
/// Whether it is kept is a function of the key, the layer, the position in the segment and the
/// channel: the same key gives the same mask on any thread and machine.
struct Dropout {
  /// Share of elements that are set to zero, in 0..<1.
  var rate: Float
  /// A new one for every step and segment, see `RandomStream.key`.
  var key: UInt64

  /// - Precondition: `rate` is in 0..<1.
  init(rate: Float, key: UInt64) {
    precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is not in 0..<1")
    self.rate = rate
    self.key = key
  }

  /// What kept elements are multiplied by.
  var scale: Float { 1 / (1 - rate) }
}

/// The mask of one layer.
struct DropoutMask {
  private let key: UInt64
  private let threshold: Int32
  private let scale: Float
  private let firstRow: Int

  /// - Parameter firstRow: the position in the segment of row 0.
  init(_ dropout: Dropout, layer: Int, firstRow: Int) {
    key = CounterHash.mix(dropout.key ^ UInt64(truncatingIfNeeded: layer) << 48)
    threshold = Int32(dropout.rate * 2_147_483_648)
    scale = dropout.scale
    self.firstRow = firstRow
  }

  /// The mask of a row.
  @inline(__always)
  func row(_ row: Int) -> Row {
    let bits = CounterHash.mix(key &+ UInt64(truncatingIfNeeded: firstRow &+ row))
    return Row(bits: UInt32(truncatingIfNeeded: bits), threshold: threshold, scale: scale)
  }

  struct Row {
    let bits: UInt32
    /// Of 2^31.
    let threshold: Int32
    let scale: Float

    /// Not stored: a look at a stored one asks each time whether it is there already.
    @inline(__always)
    private static var lane: SIMD16<UInt32> {
      SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    }

    /// Scales what is kept of sixteen channels, zeroes the rest.
    @inline(__always)
    func apply(to x: Lanes, column: Int) -> Lanes {
      let counter = Row.lane &+ UInt32(truncatingIfNeeded: column)
      let random = CounterHash.mix(counter &* SIMD16(repeating: 0x9e37_79b9) ^ bits)
      // All ones where the difference is negative. (A comparison of integers would be a loop over
      // the elements.)
      let isDropped =
        (unsafeBitCast(random &>> 1, to: SIMD16<Int32>.self) &- threshold) &>> 31
      let kept = unsafeBitCast(x * scale, to: SIMD16<Int32>.self) & ~isDropped
      return unsafeBitCast(kept, to: Lanes.self)
    }
  }
}
