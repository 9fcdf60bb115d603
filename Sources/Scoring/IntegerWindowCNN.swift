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
  /// Floats of scratch that `logits` needs: two maps of integers.
  var scratchCount: Int { 2 * mapBytes / 4 }

  /// Writes the logits (V) of the event after `window` (W), the oldest state first.
  func logits(
    _ window: UnsafePointer<UInt16>, into logits: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let a = UnsafeMutableRawPointer(scratch).bindMemory(to: Int8.self, capacity: 2 * mapBytes)
    let b = a + mapBytes
    firstLayer(window, into: a)
    convolve(layer2, for: layer3, a, rows: 2 * shape.pooledLength, into: b)
    maxPool(b, rows: shape.pooledLength, width: layer3.inputs / 3)
    convolve(layer3, for: layer4, b, rows: shape.pooledLength, into: a)
    convolve(layer4, for: layer5, a, rows: shape.pooledLength / 2 * 2, into: b)
    maxPool(b, rows: shape.pooledLength / 2, width: Self.widest)
    layer5.applyRectified(b + Self.widest, isPositive: true, layer6.quantize, into: a)
    layer6.applyRectified(a, isPositive: true, head.quantize, into: b)
    head.apply(b, isPositive: true, into: logits)
  }

  /// The convolution of one-hot rows: the taps' integers of a state are added up.
  private func firstLayer(
    _ window: UnsafePointer<UInt16>, into map: UnsafeMutablePointer<Int8>
  ) {
    let (width, rows) = (WindowConvNet.widths.0, shape.windowLength)
    let quantize = layer2.quantize
    clearEdges(map, rows: rows, width: width)
    for index in 0..<rows {
      let target = map + (index + 1) * width
      let taps = max(0, 1 - index)..<min(WindowConvNet.kernelWidth, rows + 1 - index)
      func chosen(_ tap: Int) -> UnsafePointer<Int8> {
        table + (tap * shape.vocabularySize + Int(window[index + tap - 1])) * width
      }
      forEach(of: width) { o in
        var sums = SIMD8<Int32>(repeating: 0)
        for tap in taps { sums = sums &+ SIMD8<Int32>(at: chosen(tap) + o) }
        let y = Lanes(at: tableBias + o) + Lanes(sums) * Lanes(at: tableScales + o)
        quantize(y.limited(below: 0)).store(to: target + o)
      } single: { o in
        var sum: Int32 = 0
        for tap in taps { sum = sum &+ Int32(chosen(tap)[o]) }
        let y = tableBias[o] + Float(sum) * tableScales[o]
        target[o] = quantize(y > 0 ? y : 0)
      }
    }
  }

  /// Conv1D of width 3 with zeros at both ends, ReLU, then the next layer's integers: the first `rows`
  /// of them. Pooling never looks at the last of an odd number of rows.
  private func convolve(
    _ layer: IntegerLayer, for next: IntegerLayer, _ input: UnsafePointer<Int8>, rows: Int,
    into map: UnsafeMutablePointer<Int8>
  ) {
    let (inputWidth, width) = (layer.inputs / WindowConvNet.kernelWidth, layer.outputs)
    let quantize = next.quantize
    clearEdges(map, rows: rows, width: width)
    for index in 0..<rows {
      layer.applyRectified(
        input + index * inputWidth, isPositive: true, quantize, into: map + (index + 1) * width)
    }
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
