/// Where the weights lie in a blob: each part at a multiple of 64 bytes.
///
/// The parts of an int8 blob are, tensor by tensor, the integers and then the scales of a matrix or a
/// kernel, or the floats of a bias; behind the last tensor the steps of the activations.
struct WeightLayout {
  let architecture: Architecture
  let precision: Precision

  /// Where the floats or integers of the tensor at `index` begin, in bytes from the first weight.
  func offset(ofTensor index: Int) -> Int {
    var offset = 0
    for before in 0..<index {
      let shape = architecture.tensor(at: before)
      offset += Self.stored(valuesLength(of: shape)) + Self.stored(scalesLength(of: shape))
    }
    return offset
  }

  /// Where the scales of the tensor at `index` begin.
  func scalesOffset(ofTensor index: Int) -> Int {
    offset(ofTensor: index) + Self.stored(valuesLength(of: architecture.tensor(at: index)))
  }

  /// Where the activations' steps begin.
  var inputStepsOffset: Int { offset(ofTensor: architecture.tensorCount) }

  /// The length of all weights in bytes, with the zeros between and after them; below 2^27 for
  /// every architecture within `Limits`.
  var length: Int { inputStepsOffset + Self.stored(inputStepsLength) }

  /// Bytes of the floats or integers of a tensor.
  func valuesLength(of shape: TensorShape) -> Int {
    guard precision == .int8, let layout = IntegerLayout(shape) else { return 4 * shape.count }
    return layout.byteCount
  }

  /// Bytes of the scales of a tensor; 0 where it has none.
  func scalesLength(of shape: TensorShape) -> Int {
    guard precision == .int8, let layout = IntegerLayout(shape) else { return 0 }
    return 4 * layout.scaleCount
  }

  /// Bytes of the activations' steps; 0 where there are none.
  var inputStepsLength: Int { precision == .int8 ? 4 * architecture.quantizedInputCount : 0 }

  private static func stored(_ length: Int) -> Int {
    BlobLayout.roundUp(length, to: BlobLayout.alignment)
  }
}

extension Architecture {
  /// How many activations an int8 network quantizes, each with a step of its own: the inputs of every
  /// product, in the order of the products. A `tcn` has two a block and the head's, a `window-cnn`
  /// those of layers 2 to 7.
  public var quantizedInputCount: Int {
    switch self {
    case .tcn(let network): 2 * network.dilations.count + 1
    case .windowCNN: 6
    }
  }
}
