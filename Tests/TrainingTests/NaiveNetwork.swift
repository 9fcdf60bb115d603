import Foundation
import ModelFormat

@testable import Training

/// Networks by their definitions, in Double and without a thought of speed: what the fast ones are
/// compared with.
struct NaiveNetwork {
  let architecture: Architecture
  /// In the order of `Architecture.tensor(at:)`.
  let tensors: [[Double]]

  init(_ architecture: Architecture, _ parameters: [Double]) {
    self.architecture = architecture
    var offset = 0
    tensors = (0..<architecture.tensorCount).map { index in
      let count = architecture.tensor(at: index).count
      defer { offset += count }
      return Array(parameters[offset..<offset + count])
    }
  }

  /// Cross entropy in nats, summed over the targets that are not 0.
  func loss(_ segment: Segment) -> Double {
    zip(logits(segment), segment.targets).reduce(0) { sum, pair in
      let (row, target) = pair
      guard target != 0 else { return sum }
      let largest = row.max() ?? 0
      let total = row.reduce(0) { $0 + exp($1 - largest) }
      return sum + log(total) + largest - row[Int(target)]
    }
  }

  /// One row for each target.
  func logits(_ segment: Segment) -> [[Double]] {
    let rows =
      switch architecture {
      case .tcn(let shape): hidden(shape, segment.inputs)
      case .windowCNN(let shape): segment.inputs.indices.map { hidden(shape, segment.inputs, $0) }
      }
    let (weight, bias) = (tensors[tensors.count - 2], tensors[tensors.count - 1])
    return rows.suffix(segment.targets.count).map { dense($0, weight, bias) }
  }

  // MARK: tcn

  private func hidden(_ shape: TemporalConvNet, _ inputs: [UInt16]) -> [[Double]] {
    let (V, C) = (shape.vocabularySize, shape.channels)
    let head = tensors[tensors.count - 2]
    var x = inputs.map { state in
      (0..<C).map { shape.isTied ? head[$0 * V + Int(state)] : tensors[0][Int(state) * C + $0] }
    }
    for block in 0..<shape.dilations.count {
      let t = Array(tensors[((shape.isTied ? 0 : 1) + 4 * block)...])
      let reach = (shape.kernelWidth - 1) * shape.dilations[block]
      let a = convolution(
        x, t[0], t[1], taps: shape.kernelWidth, first: -reach, step: shape.dilations[block])
      x = zip(x, a).map { x, a in
        let h =
          shape.activation == .relu
          ? a.map { max(0, $0) } : (0..<C).map { tanh(a[$0]) / (1 + exp(-a[C + $0])) }
        return zip(x, dense(h, t[2], t[3])).map { $0 + $1 }
      }
    }
    return x
  }

  // MARK: window-cnn

  private func hidden(_ shape: WindowConvNet, _ inputs: [UInt16], _ last: Int) -> [Double] {
    var x = (0..<shape.windowLength).map { position in
      let index = last - shape.windowLength + 1 + position
      var row = [Double](repeating: 0, count: shape.vocabularySize)
      row[index < 0 ? 0 : Int(inputs[index])] = 1
      return row
    }
    for layer in 0..<4 {
      x = convolution(x, tensors[2 * layer], tensors[2 * layer + 1], taps: 3, first: -1, step: 1)
      x = x.map { $0.map { max(0, $0) } }
      guard layer % 2 == 1 else { continue }
      x = (0..<x.count / 2).map { pair in zip(x[2 * pair], x[2 * pair + 1]).map { max($0, $1) } }
    }
    let five = dense(x.flatMap { $0 }, tensors[8], tensors[9]).map { max(0, $0) }
    return dense(five, tensors[10], tensors[11]).map { max(0, $0) }
  }

  // MARK: Layers

  private func dense(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
    bias.indices.map { o in
      x.indices.reduce(bias[o]) { $0 + x[$1] * weight[$1 * bias.count + o] }
    }
  }

  private func convolution(
    _ x: [[Double]], _ weight: [Double], _ bias: [Double], taps: Int, first: Int, step: Int
  ) -> [[Double]] {
    let inputs = weight.count / taps / bias.count
    return x.indices.map { row in
      var y = bias
      for tap in 0..<taps where x.indices.contains(row + first + tap * step) {
        for (i, value) in x[row + first + tap * step].enumerated() where value != 0 {
          let from = (tap * inputs + i) * bias.count
          for o in bias.indices { y[o] += value * weight[from + o] }
        }
      }
      return y
    }
  }
}
