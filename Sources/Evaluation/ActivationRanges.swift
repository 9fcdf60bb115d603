import ModelFormat

/// How large the inputs of a network's products become over all of the calibration data.
public final class ActivationRanges {
  /// The largest magnitude of every input that an int8 network quantizes.
  public private(set) var largest: [Float]

  /// Nothing seen yet of a network of this shape.
  public init(_ architecture: Architecture) {
    largest = Array(repeating: 0, count: architecture.quantizedInputCount)
  }

  /// Takes one input of the product `input`.
  public func add(_ input: Int, _ values: UnsafeBufferPointer<Float>) {
    for value in values where value.magnitude > largest[input] {
      largest[input] = value.magnitude
    }
  }

  /// The step of every activation: the largest magnitude is the 127th, so that nothing that normal
  /// traces do is limited.
  public var steps: [Float] { largest.map(Quantizer.scale(for:)) }
}
