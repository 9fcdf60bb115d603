import ModelFormat

/// A `window-cnn` of int8 weights. Its activations are rows of integers with a row of zeros before
/// and after them, so that the three taps of a convolution lie side by side everywhere.
struct IntegerWindowCNN {
  private let shape: WindowConvNet
  /// (3, V, 32), (32) and (32) of the first layer, whose input is one-hot.
  private let table: UnsafePointer<Int8>
  private let tableScales, tableBias: UnsafePointer<Float>
  /// Layers 2 to 7.
  private let layer2, layer3, layer4, layer5, layer6, head: IntegerLayer

  @_optimize(size)
  init(_ shape: WindowConvNet, _ model: Model) {
    self.shape = shape
    table = model.integers(at: 0)
    tableScales = model.scales(at: 0)
    tableBias = model.weights(at: 1)
    layer2 = IntegerLayer(model, tensor: 2, input: 0)
    layer3 = IntegerLayer(model, tensor: 4, input: 1)
    layer4 = IntegerLayer(model, tensor: 6, input: 2)
    layer5 = IntegerLayer(model, tensor: 8, input: 3)
    layer6 = IntegerLayer(model, tensor: 10, input: 4)
    head = IntegerLayer(model, tensor: 12, input: 5)
  }

  private static let widest = 64
  private var mapBytes: Int { (shape.windowLength + 2) * Self.widest }
  private var largestInput: Int { max(layer5.inputs, layer4.inputs) }
  private var largestOutput: Int { max(shape.vocabularySize, Self.widest) }

  /// Floats of scratch that `logits` needs: a row, two maps of integers, sums.
  var scratchCount: Int {
    Self.widest + 2 * mapBytes / 4
      + IntegerScratch.floatCount(inputs: largestInput, outputs: largestOutput)
  }

  /// Writes the logits (V) of the event after `window` (W), the oldest state first.
  func logits(
    _ window: UnsafePointer<UInt16>, into logits: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let row = scratch
    let a = UnsafeMutableRawPointer(row + Self.widest)
      .bindMemory(to: Int8.self, capacity: 2 * mapBytes)
    let b = a + mapBytes
    let integers = IntegerScratch(
      row + Self.widest + 2 * mapBytes / 4, inputs: largestInput, outputs: largestOutput)
    firstLayer(window, row, into: a, integers)
    convolve(layer2, for: layer3, a, rows: shape.windowLength, row, into: b, integers)
    maxPool(b, rows: shape.pooledLength, width: layer3.inputs / 3)
    convolve(layer3, for: layer4, b, rows: shape.pooledLength, row, into: a, integers)
    convolve(layer4, for: layer5, a, rows: shape.pooledLength, row, into: b, integers)
    maxPool(b, rows: shape.pooledLength / 2, width: Self.widest)
    dense(layer5, for: layer6, b + Self.widest, row, into: a, integers)
    dense(layer6, for: head, a, row, into: b, integers)
    head.apply(b, into: logits, integers)
  }

  /// The convolution of one-hot rows: the taps' integers of a state are added up.
  private func firstLayer(
    _ window: UnsafePointer<UInt16>, _ row: UnsafeMutablePointer<Float>,
    into map: UnsafeMutablePointer<Int8>, _ scratch: IntegerScratch
  ) {
    let (width, rows, sums) = (WindowConvNet.widths.0, shape.windowLength, scratch.sums)
    clearEdges(map, rows: rows, width: width)
    for index in 0..<rows {
      for o in 0..<width { sums[o] = 0 }
      for tap in 0..<WindowConvNet.kernelWidth {
        let source = index + tap - 1
        guard source >= 0, source < rows else { continue }
        let chosen = table + (tap * shape.vocabularySize + Int(window[source])) * width
        for o in 0..<width { sums[o] = sums[o] &+ Int32(chosen[o]) }
      }
      for o in 0..<width { row[o] = tableBias[o] + Float(sums[o]) * tableScales[o] }
      rectify(row, count: width)
      layer2.quantize(row, count: width, into: map + (index + 1) * width)
    }
  }

  /// Conv1D of width 3 with zeros at both ends, ReLU, then the next layer's integers.
  private func convolve(
    _ layer: IntegerLayer, for next: IntegerLayer, _ input: UnsafePointer<Int8>, rows: Int,
    _ row: UnsafeMutablePointer<Float>, into map: UnsafeMutablePointer<Int8>,
    _ scratch: IntegerScratch
  ) {
    let (inputWidth, width) = (layer.inputs / WindowConvNet.kernelWidth, layer.outputs)
    clearEdges(map, rows: rows, width: width)
    for index in 0..<rows {
      layer.apply(input + index * inputWidth, into: row, scratch)
      rectify(row, count: width)
      next.quantize(row, count: width, into: map + (index + 1) * width)
    }
  }

  private func dense(
    _ layer: IntegerLayer, for next: IntegerLayer, _ input: UnsafePointer<Int8>,
    _ row: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Int8>,
    _ scratch: IntegerScratch
  ) {
    layer.apply(input, into: row, scratch)
    rectify(row, count: layer.outputs)
    next.quantize(row, count: layer.outputs, into: output)
  }

  /// The larger of each two rows, in place: rounding has kept their order.
  private func maxPool(_ map: UnsafeMutablePointer<Int8>, rows: Int, width: Int) {
    for index in 0..<rows {
      let (target, first) = (map + (index + 1) * width, map + (2 * index + 1) * width)
      for o in 0..<width { target[o] = max(first[o], first[width + o]) }
    }
    clearEdges(map, rows: rows, width: width)
  }

  private func clearEdges(_ map: UnsafeMutablePointer<Int8>, rows: Int, width: Int) {
    for o in 0..<width {
      map[o] = 0
      map[(rows + 1) * width + o] = 0
    }
  }
}
