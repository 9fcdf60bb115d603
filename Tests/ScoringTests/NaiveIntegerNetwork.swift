import ModelFormat

@testable import Scoring

/// The int8 networks once more, over a whole sequence, from `docs/scoring.md` and as plainly as
/// possible: what the streaming step has to equal to the last bit.
struct NaiveIntegerNetwork {
  /// A matrix or kernel as (I, O), or a bias as (1, O).
  private struct Tensor {
    var integers: [[Int]] = []
    var scales: [Float] = []
    var floats: [Float] = []
  }

  private let architecture: Architecture
  private let tensors: [Tensor]
  private let steps: [Float]

  init(_ description: ModelDescription, _ quantization: Quantization) {
    architecture = description.architecture
    steps = quantization.inputSteps
    var tensors: [Tensor] = []
    var (start, firstScale) = (0, 0)
    for index in 0..<architecture.tensorCount {
      let shape = architecture.tensor(at: index)
      let weights = Array(description.weights[start..<(start + shape.count)])
      start += shape.count
      guard shape.rank > 1 else {
        tensors.append(Tensor(floats: weights))
        continue
      }
      let outputs = shape.rank == 2 ? shape.dimensions.1 : shape.dimensions.2
      let isEmbedding = shape.role == .embedding
      let scaleCount = isEmbedding ? shape.dimensions.0 : outputs
      let scales = Array(quantization.scales[firstScale..<(firstScale + scaleCount)])
      firstScale += scaleCount
      let integers = (0..<(shape.count / outputs)).map { i in
        (0..<outputs).map { o in
          Int((weights[i * outputs + o] / scales[isEmbedding ? i : o]).rounded())
        }
      }
      tensors.append(Tensor(integers: integers, scales: scales))
    }
    self.tensors = tensors
  }

  /// The logits of each event of a thread that starts anew, before it is consumed.
  func logits(of events: [Int]) -> [[Float]] {
    let inputs = [0] + events.dropLast()
    switch architecture {
    case .tcn(let shape): return tcn(shape, inputs)
    case .windowCNN(let shape):
      return inputs.indices.map { time in
        let past = Array(repeating: 0, count: shape.windowLength) + inputs[...time]
        return windowCNN(shape, past.suffix(shape.windowLength))
      }
    }
  }

  private func quantized(_ values: [Float], _ input: Int) -> [Int] {
    let inverse = 1 / steps[input]
    return values.map { Int(max(-127, min(127, ($0 * inverse).rounded(.toNearestOrEven)))) }
  }

  private func product(_ x: [Int], _ tensor: Int, step: Float) -> [Float] {
    let (weight, bias) = (tensors[tensor], tensors[tensor + 1].floats)
    return bias.indices.map { o in
      var sum = 0
      for i in x.indices { sum += weight.integers[i][o] * x[i] }
      return bias[o] + Float(sum) * (weight.scales[o] * step)
    }
  }

  private func rectified(_ x: [Float]) -> [Float] { x.map { $0 > 0 ? $0 : 0 } }

  private func tcn(_ shape: TemporalConvNet, _ inputs: [Int]) -> [[Float]] {
    let (C, K) = (shape.channels, shape.kernelWidth)
    let first = shape.isTied ? 0 : 1
    let head = first + 4 * shape.dilations.count
    var h = inputs.map { state in
      (0..<C).map { c in
        shape.isTied
          ? Float(tensors[head].integers[c][state]) * tensors[head].scales[state]
          : Float(tensors[0].integers[state][c]) * tensors[0].scales[state]
      }
    }
    for block in 0..<shape.dilations.count {
      let x = h.map { quantized($0, 2 * block) }
      h = h.indices.map { time in
        let taps = (0..<K).flatMap { k in
          let source = time - (K - 1 - k) * shape.dilations[block]
          return source >= 0 ? x[source] : Array(repeating: 0, count: C)
        }
        let a = product(taps, first + 4 * block, step: steps[2 * block])
        let activated =
          shape.activation == .relu
          ? rectified(a)
          : (0..<C).map { ExactMath.tanh(a[$0]) * ExactMath.sigmoid(a[C + $0]) }
        let mixed = product(
          quantized(activated, 2 * block + 1), first + 4 * block + 2, step: steps[2 * block + 1])
        return zip(h[time], mixed).map { $0 + $1 }
      }
    }
    let last = 2 * shape.dilations.count
    return h.map { product(quantized($0, last), head, step: steps[last]) }
  }

  private func windowCNN(_ shape: WindowConvNet, _ window: ArraySlice<Int>) -> [Float] {
    let states = Array(window)
    let (table, bias) = (tensors[0], tensors[1].floats)
    let x = states.indices.map { row in
      rectified(
        bias.indices.map { o in
          let taps = (0..<3).filter { states.indices.contains(row + $0 - 1) }
          let sum = taps.reduce(0) {
            $0 + table.integers[$1 * shape.vocabularySize + states[row + $1 - 1]][o]
          }
          return bias[o] + Float(sum) * table.scales[o]
        })
    }
    let second = convolved(x, layer: 2)
    let third = convolved(pooled(second), layer: 3)
    let fourth = convolved(third, layer: 4)
    let fifth = dense(pooled(fourth).flatMap { $0 }, layer: 5)
    let sixth = dense(rectified(fifth), layer: 6)
    return dense(rectified(sixth), layer: 7)
  }

  private func dense(_ x: [Float], layer: Int) -> [Float] {
    product(quantized(x, layer - 2), 2 * layer - 2, step: steps[layer - 2])
  }

  private func convolved(_ x: [[Float]], layer: Int) -> [[Float]] {
    let rows = x.map { quantized($0, layer - 2) }
    let nothing = Array(repeating: 0, count: rows[0].count)
    return rows.indices.map { row in
      let taps = (-1...1).flatMap { rows.indices.contains(row + $0) ? rows[row + $0] : nothing }
      return rectified(product(taps, 2 * layer - 2, step: steps[layer - 2]))
    }
  }

  /// Of floats: rounding keeps their order, so that it is the same before and after.
  private func pooled(_ x: [[Float]]) -> [[Float]] {
    (0..<x.count / 2).map { row in zip(x[2 * row], x[2 * row + 1]).map { max($0, $1) } }
  }
}
