/// What a weight tensor is for.
public enum TensorRole: Equatable, Sendable {
  /// (V, C), one row a state; absent where embedding and head are tied.
  case embedding
  /// (K, C, F), the oldest tap first.
  case convolutionWeight(block: Int)
  /// (F)
  case convolutionBias(block: Int)
  /// (C, C), input channel first.
  case mixWeight(block: Int)
  /// (C)
  case mixBias(block: Int)
  /// A layer of the window network, numbered 1 to 7: (K, C, O) for the four convolutions,
  /// (I, O) for the two hidden dense layers.
  case layerWeight(Int)
  /// (O)
  case layerBias(Int)
  /// (C, V), one column a state.
  case headWeight
  /// (V)
  case headBias
}

/// The role and the dimensions of one weight tensor, row-major, last dimension contiguous.
public struct TensorShape: Equatable, Sendable {
  /// What the tensor is for.
  public let role: TensorRole
  /// First to last dimension; unused ones are 1.
  public let dimensions: (Int, Int, Int)
  /// How many of the dimensions are used, 1 to 3.
  public let rank: Int

  /// A vector of `length` weights.
  public init(_ role: TensorRole, _ length: Int) {
    self.role = role
    dimensions = (length, 1, 1)
    rank = 1
  }

  /// A matrix.
  public init(_ role: TensorRole, _ rows: Int, _ columns: Int) {
    self.role = role
    dimensions = (rows, columns, 1)
    rank = 2
  }

  /// The weights of a convolution.
  public init(_ role: TensorRole, _ taps: Int, _ inputs: Int, _ outputs: Int) {
    self.role = role
    dimensions = (taps, inputs, outputs)
    rank = 3
  }

  /// How many weights the tensor holds.
  public var count: Int { dimensions.0 * dimensions.1 * dimensions.2 }

  /// Whether role and dimensions are the same.
  public static func == (a: TensorShape, b: TensorShape) -> Bool {
    a.role == b.role && a.dimensions == b.dimensions && a.rank == b.rank
  }
}
