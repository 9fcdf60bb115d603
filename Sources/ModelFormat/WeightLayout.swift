/// Where the tensors lie in the weights of a blob: each at a multiple of 64 bytes.
extension Architecture {
  /// Where the tensor at `index` begins, in bytes from the start of the weights.
  func weightOffset(ofTensor index: Int) -> Int {
    var offset = 0
    for before in 0..<index { offset += Self.storedLength(tensor(at: before)) }
    return offset
  }

  /// The length of all weights in bytes, with the zeros between and after them; below 2^27 for
  /// every architecture within `Limits`.
  var weightsLength: Int { weightOffset(ofTensor: tensorCount) }

  private static func storedLength(_ shape: TensorShape) -> Int {
    BlobLayout.roundUp(4 * shape.count, to: BlobLayout.alignment)
  }
}
