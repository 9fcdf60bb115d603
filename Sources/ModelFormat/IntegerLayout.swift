/// How the weights of one tensor lie in an int8 blob, and which of its scales is whose.
///
/// A weight is its integer, -127...127, times its scale.
public struct IntegerLayout: Equatable, Sendable {
  private enum Kind {
    /// Rows chosen by a state, as the tensor has them; one scale a row.
    case rows
    /// Rows chosen by a state, as the tensor has them; one scale a column.
    case columns
    /// (O/8, I/4, 8, 4): eight outputs side by side, each with four inputs, so that four products
    /// of one output share a lane of 32 bits.
    case blocks
  }

  /// How many outputs stand side by side.
  public static let blockOutputs = 8
  /// How many inputs of an output stand side by side.
  public static let groupInputs = 4

  private let kind: Kind
  /// O: the tensor's last dimension.
  public let outputs: Int
  /// I: the product of its other dimensions.
  public let inputs: Int

  /// Nil for a vector: biases are never integers.
  @inline(never)
  public init?(_ shape: TensorShape) {
    guard shape.rank > 1 else { return nil }
    outputs = shape.rank == 2 ? shape.dimensions.1 : shape.dimensions.2
    inputs = shape.count / outputs
    switch shape.role {
    case .embedding: kind = .rows
    case .layerWeight(1): kind = .columns
    default: kind = .blocks
    }
  }

  /// Whether the integers are blocks, ready for a product, or else rows to be looked up.
  public var isBlocked: Bool { kind == .blocks }

  /// Bytes of the integers, with the zeros that complete blocks and groups.
  public var byteCount: Int {
    guard isBlocked else { return inputs * outputs }
    return BlobLayout.roundUp(outputs, to: Self.blockOutputs)
      * BlobLayout.roundUp(inputs, to: Self.groupInputs)
  }

  /// How many scales there are: one an output, or one a row of an embedding.
  public var scaleCount: Int { kind == .rows ? inputs : outputs }

  /// Which scale is that of the weight from `input` to `output`.
  public func scaleIndex(input: Int, output: Int) -> Int { kind == .rows ? input : output }

  /// Where the integer of the weight from `input` to `output` is, in bytes from the first.
  public func offset(input: Int, output: Int) -> Int {
    guard isBlocked else { return input * outputs + output }
    let groups = BlobLayout.roundUp(inputs, to: Self.groupInputs) / Self.groupInputs
    let (block, lane) = output.quotientAndRemainder(dividingBy: Self.blockOutputs)
    let (group, place) = input.quotientAndRemainder(dividingBy: Self.groupInputs)
    return ((block * groups + group) * Self.blockOutputs + lane) * Self.groupInputs + place
  }

  /// The smallest and the largest scale, and step of an activation: far from both ends of binary32,
  /// so that no product of two of them and a sum leaves its range.
  public static let scales: ClosedRange<Float> = 0x1p-40...0x1p40
}
