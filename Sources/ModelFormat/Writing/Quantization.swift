/// The scales that turn a network's weights and activations into integers of 8 bits.
public struct Quantization: Equatable, Sendable {
  /// The scales of every matrix and kernel, in the tensors' order, as many as `IntegerLayout` says.
  public var scales: [Float]
  /// The step of every quantized activation, in the order of `Architecture.quantizedInputCount`.
  public var inputSteps: [Float]

  /// Scales and steps, each in 2^-40...2^40.
  public init(scales: [Float], inputSteps: [Float]) {
    self.scales = scales
    self.inputSteps = inputSteps
  }

  /// The integer nearest to `weight` in units of `scale`, ties to even, within -127...127.
  public static func integer(_ weight: Float, scale: Float) -> Int8 {
    var units = weight / scale
    units = units < 127 ? units : 127
    units = units > -127 ? units : -127
    // Rounds to the nearest integer, as a device does its activations.
    return Int8((units + 12_582_912) - 12_582_912)
  }
}
