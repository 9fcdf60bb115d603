/// The shape of a `window-cnn`: the network of Exein Core (2020), over the last W states.
///
/// One-hot (W, V); Conv1D 32 k3 same, ReLU, twice; max-pool 2; Conv1D 64 k3 same, ReLU, twice;
/// max-pool 2; flatten; dense 32, ReLU; dense 64, ReLU; dense V. Pooling drops an odd last row.
/// Before W events have been seen the window is filled up with the unknown state.
public struct WindowConvNet: Equatable, Sendable {
  /// V, in 2...8192.
  public let vocabularySize: Int
  /// W, in 4...128.
  public let windowLength: Int

  /// The ancestor's widths, layers 1 to 6; the head is the seventh.
  public static let widths = (32, 32, 64, 64, 32, 64)
  /// The width of the convolutions' kernels.
  public static let kernelWidth = 3
  static let tensorCount = 14

  /// - Throws: `.dimension` naming the first value that is out of its range.
  public init(vocabularySize: Int, windowLength: Int) throws(ModelFormatError) {
    try ModelFormatError.check(.vocabularySize, vocabularySize, in: 2...Limits.vocabularySize)
    try ModelFormatError.check(.windowLength, windowLength, in: 4...Limits.windowLength)
    self.vocabularySize = vocabularySize
    self.windowLength = windowLength
  }

  /// Rows after the first pooling.
  public var pooledLength: Int { windowLength / 2 }

  /// Inputs of the first dense layer: the rows after the second pooling times their width.
  public var flattenedLength: Int { pooledLength / 2 * Self.widths.3 }

  func tensor(at index: Int) -> TensorShape {
    let (layer, isBias) = (index / 2 + 1, index % 2 == 1)
    let (inputs, outputs) = dimensions(ofLayer: layer)
    if layer == 7 {
      return isBias ? TensorShape(.headBias, outputs) : TensorShape(.headWeight, inputs, outputs)
    }
    if isBias { return TensorShape(.layerBias(layer), outputs) }
    return layer <= 4
      ? TensorShape(.layerWeight(layer), Self.kernelWidth, inputs, outputs)
      : TensorShape(.layerWeight(layer), inputs, outputs)
  }

  private func dimensions(ofLayer layer: Int) -> (inputs: Int, outputs: Int) {
    let widths = Self.widths
    return switch layer {
    case 1: (vocabularySize, widths.0)
    case 2: (widths.0, widths.1)
    case 3: (widths.1, widths.2)
    case 4: (widths.2, widths.3)
    case 5: (flattenedLength, widths.4)
    case 6: (widths.4, widths.5)
    default: (widths.5, vocabularySize)
    }
  }

  var multiplyAddsPerEvent: Int {
    let widths = Self.widths
    let taps = Self.kernelWidth
    let convolutions =
      windowLength * taps * (widths.0 + widths.0 * widths.1)
      + pooledLength * taps * (widths.1 * widths.2 + widths.2 * widths.3)
    let dense =
      flattenedLength * widths.4 + widths.4 * widths.5 + widths.5 * vocabularySize
    return convolutions + dense
  }
}
