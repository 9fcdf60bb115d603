/// The shape of a `tcn`: an embedding, residual blocks of causal dilated convolutions, a dense head.
///
/// A block is `y = x + mix(activation(conv(x)))`, where `conv` has kernel width K and the block's
/// dilation and `mix` is 1x1. Before the first event every block has seen zeros.
public struct TemporalConvNet: Equatable, Sendable {
  /// V, in 2...8192.
  public let vocabularySize: Int
  /// C, in 1...256.
  public let channels: Int
  /// K, in 2...8.
  public let kernelWidth: Int
  /// One dilation a block, the first block first.
  public let dilations: Dilations
  /// The blocks' nonlinearity.
  public let activation: Activation
  /// Whether the head's weights are the embedding, transposed.
  public let isTied: Bool

  /// - Throws: `.dimension` naming the first value that is out of its range.
  public init(
    vocabularySize: Int, channels: Int, kernelWidth: Int, dilations: Dilations,
    activation: Activation, isTied: Bool
  ) throws(ModelFormatError) {
    try ModelFormatError.check(.vocabularySize, vocabularySize, in: 2...Limits.vocabularySize)
    try ModelFormatError.check(.channels, channels, in: 1...Limits.channels)
    try ModelFormatError.check(.kernelWidth, kernelWidth, in: 2...Limits.kernelWidth)
    try ModelFormatError.check(.blocks, dilations.count, in: 1...Limits.blocks)
    for block in 0..<dilations.count {
      try ModelFormatError.check(.dilation, dilations[block], in: 1...Limits.dilation)
    }
    let receptiveField = 1 + (kernelWidth - 1) * dilations.sum
    try ModelFormatError.check(.receptiveField, receptiveField, in: 1...Limits.receptiveField)
    self.vocabularySize = vocabularySize
    self.channels = channels
    self.kernelWidth = kernelWidth
    self.dilations = dilations
    self.activation = activation
    self.isTied = isTied
  }

  /// F, the filters of each dilated convolution: C, or 2C for gated blocks.
  public var filters: Int { activation == .gated ? 2 * channels : channels }

  /// 1 + (K - 1) * the sum of the dilations.
  public var receptiveField: Int { 1 + (kernelWidth - 1) * dilations.sum }

  var tensorCount: Int { (isTied ? 0 : 1) + 4 * dilations.count + 2 }

  func tensor(at index: Int) -> TensorShape {
    let first = isTied ? 0 : 1
    if index < first { return TensorShape(.embedding, vocabularySize, channels) }
    let (block, part) = (index - first).quotientAndRemainder(dividingBy: 4)
    if block < dilations.count {
      switch part {
      case 0:
        return TensorShape(.convolutionWeight(block: block), kernelWidth, channels, filters)
      case 1: return TensorShape(.convolutionBias(block: block), filters)
      case 2: return TensorShape(.mixWeight(block: block), channels, channels)
      default: return TensorShape(.mixBias(block: block), channels)
      }
    }
    return part == 0
      ? TensorShape(.headWeight, channels, vocabularySize) : TensorShape(.headBias, vocabularySize)
  }

  var multiplyAddsPerEvent: Int {
    let block = kernelWidth * channels * filters + channels * channels
    return dilations.count * block + channels * vocabularySize
  }
}

/// Up to sixteen dilations, stored in place so that no allocation is needed on a device.
public struct Dilations: Equatable, Sendable {
  @usableFromInline var values = InlineArray<16, UInt16>(repeating: 0)
  /// How many there are.
  public private(set) var count = 0

  /// No dilations yet.
  public init() {}

  /// Adds the dilation of the next block.
  ///
  /// - Throws: `.dimension` where the dilation or the number of blocks is out of its range.
  public mutating func append(_ dilation: Int) throws(ModelFormatError) {
    try ModelFormatError.check(.blocks, count + 1, in: 1...Limits.blocks)
    try ModelFormatError.check(.dilation, dilation, in: 1...Limits.dilation)
    values[count] = UInt16(dilation)
    count += 1
  }

  /// The dilation of `block`.
  @inlinable
  public subscript(block: Int) -> Int { Int(values[block]) }

  /// The sum over all blocks.
  public var sum: Int {
    var sum = 0
    for block in 0..<count { sum += self[block] }
    return sum
  }

  /// Whether both are the same dilations in the same order.
  public static func == (a: Dilations, b: Dilations) -> Bool {
    guard a.count == b.count else { return false }
    for block in 0..<a.count where a[block] != b[block] { return false }
    return true
  }
}
