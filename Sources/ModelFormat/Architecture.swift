/// The shape of a network: everything that decides how many weights there are and in which order.
///
/// Dimension letters, used throughout: `B` batch, `T` time (events), `C` channels, `F` filters of a
/// dilated convolution, `K` kernel width, `V` vocabulary size (with the unknown state), `W` window.
public enum Architecture: Equatable, Sendable {
  /// Temporal convolutional network over the whole past (Bai, Kolter, Koltun 2018).
  case tcn(TemporalConvNet)
  /// The ancestor's network over a window of states (Exein Core, 2020).
  case windowCNN(WindowConvNet)

  /// V: how many states the network knows, the unknown state 0 included.
  public var vocabularySize: Int {
    switch self {
    case .tcn(let network): network.vocabularySize
    case .windowCNN(let network): network.vocabularySize
    }
  }

  /// How many of the latest events a prediction depends on.
  public var receptiveField: Int {
    switch self {
    case .tcn(let network): network.receptiveField
    case .windowCNN(let network): network.windowLength
    }
  }

  /// How many weight tensors there are.
  public var tensorCount: Int {
    switch self {
    case .tcn(let network): network.tensorCount
    case .windowCNN: WindowConvNet.tensorCount
    }
  }

  /// The tensor at `index` of the one order that checkpoints, training and blobs share.
  ///
  /// - Precondition: `index` is in `0..<tensorCount`.
  @inline(never)
  public func tensor(at index: Int) -> TensorShape {
    switch self {
    case .tcn(let network): network.tensor(at: index)
    case .windowCNN(let network): network.tensor(at: index)
    }
  }

  /// How many weights there are in all.
  public var parameterCount: Int {
    var count = 0
    for index in 0..<tensorCount { count += tensor(at: index).count }
    return count
  }

  /// Multiply-adds of scoring one event.
  public var multiplyAddsPerEvent: Int {
    switch self {
    case .tcn(let network): network.multiplyAddsPerEvent
    case .windowCNN(let network): network.multiplyAddsPerEvent
    }
  }
}

/// The nonlinearity between a block's dilated convolution and its 1x1 mix.
public enum Activation: UInt8, Sendable {
  /// max(0, a); the convolution has C filters.
  case relu = 1
  /// tanh(a) * sigmoid(b) (van den Oord et al. 2016, equation 2); the convolution has 2C filters,
  /// `a` the first C and `b` the last C.
  case gated = 2
}
