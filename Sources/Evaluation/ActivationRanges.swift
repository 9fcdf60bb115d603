import ModelFormat

/// How large the inputs of a network's products are, over all of the calibration data.
public final class ActivationRanges {
  /// Magnitudes by their exponent and the first seven bits of their mantissa: within 1 % of each
  /// other in a bin.
  private static let binCount = 1 << 15
  private static let droppedBits: UInt32 = 16

  private var counts: [UInt64]
  private let inputCount: Int

  /// Nothing seen yet of the inputs that an int8 network of this shape quantizes.
  public init(_ architecture: Architecture) {
    inputCount = architecture.quantizedInputCount
    counts = Array(repeating: 0, count: inputCount * Self.binCount)
  }

  /// Takes one input of the product `input`.
  public func add(_ input: Int, _ values: UnsafeBufferPointer<Float>) {
    counts.withUnsafeMutableBufferPointer { counts in
      let first = input * Self.binCount
      for value in values {
        counts[first + Int(value.magnitude.bitPattern >> Self.droppedBits)] += 1
      }
    }
  }

  /// What at least the share `q` of all magnitudes of the product `input`, in 0...1, is below; 0
  /// where there is none.
  public func magnitude(of input: Int, quantile q: Double) -> Float {
    let bins = counts[(input * Self.binCount)..<((input + 1) * Self.binCount)]
    let rank = (q * Double(bins.reduce(0, +))).rounded(.up)
    var seen: UInt64 = 0
    for (bin, count) in zip(0..., bins) where count > 0 {
      seen += count
      if Double(seen) >= rank { return Float(bitPattern: UInt32(bin + 1) << Self.droppedBits) }
    }
    return 0
  }

  /// The step of every activation: its magnitude at the quantile is the 127th.
  public func steps(quantile: Double) -> [Float] {
    (0..<inputCount).map { Quantizer.scale(for: magnitude(of: $0, quantile: quantile)) }
  }
}
