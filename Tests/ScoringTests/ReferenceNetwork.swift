import Foundation
import ModelFormat

/// The networks once more, over a whole sequence, in double precision and as plainly as possible:
/// what the streaming step is compared with.
struct ReferenceNetwork {
  let architecture: Architecture
  /// One flat array a tensor.
  let tensors: [[Double]]

  init(_ architecture: Architecture, weights: [Float]) {
    self.architecture = architecture
    var tensors: [[Double]] = []
    var start = 0
    for index in 0..<architecture.tensorCount {
      let count = architecture.tensor(at: index).count
      tensors.append(weights[start..<start + count].map(Double.init))
      start += count
    }
    self.tensors = tensors
  }

  /// The cross entropy of each event of a thread that starts anew.
  func crossEntropies(of events: [Int]) -> [Double] {
    let inputs = [0] + events.dropLast()
    return events.indices.map { time in
      let past = Array(inputs[...time])
      let logits =
        switch architecture {
        case .tcn(let shape): tcn(shape, past)
        case .windowCNN(let shape): windowCNN(shape, past)
        }
      let largest = logits.max() ?? 0
      let sum = logits.reduce(0) { $0 + exp($1 - largest) }
      return log(sum) + largest - logits[events[time]]
    }
  }

  private func tcn(_ shape: TemporalConvNet, _ past: [Int]) -> [Double] {
    let (C, F, V) = (shape.channels, shape.filters, shape.vocabularySize)
    var tensor = shape.isTied ? 0 : 1
    let head = tensors[tensors.count - 2]
    var x = past.map { state in
      (0..<C).map { c in shape.isTied ? head[c * V + state] : tensors[0][state * C + c] }
    }
    for block in 0..<shape.dilations.count {
      let (w, b, m, mb) = (
        tensors[tensor], tensors[tensor + 1], tensors[tensor + 2], tensors[tensor + 3]
      )
      tensor += 4
      x = x.indices.map { time in
        var a = b
        for k in 0..<shape.kernelWidth {
          let source = time - (shape.kernelWidth - 1 - k) * shape.dilations[block]
          guard source >= 0 else { continue }
          for i in 0..<C { for f in 0..<F { a[f] += x[source][i] * w[(k * C + i) * F + f] } }
        }
        let activated = (0..<C).map { c in
          shape.activation == .relu ? max(0, a[c]) : tanh(a[c]) / (1 + exp(-a[C + c]))
        }
        let mixed = dense(activated, m, mb)
        return zip(x[time], mixed).map { $0 + $1 }
      }
    }
    return dense(x[x.count - 1], head, tensors[tensors.count - 1])
  }

  private func windowCNN(_ shape: WindowConvNet, _ past: [Int]) -> [Double] {
    let W = shape.windowLength
    let window = (Array(repeating: 0, count: W) + past).suffix(W)
    var x = window.map { state in (0..<shape.vocabularySize).map { $0 == state ? 1.0 : 0.0 } }
    x = convolve(convolve(x, layer: 1), layer: 2)
    x = convolve(convolve(pool(x), layer: 3), layer: 4)
    var y = pool(x).flatMap { $0 }
    y = dense(y, tensors[8], tensors[9]).map { max(0, $0) }
    y = dense(y, tensors[10], tensors[11]).map { max(0, $0) }
    return dense(y, tensors[12], tensors[13])
  }

  private func convolve(_ x: [[Double]], layer: Int) -> [[Double]] {
    let (w, b) = (tensors[2 * layer - 2], tensors[2 * layer - 1])
    let (I, O) = (x[0].count, b.count)
    return x.indices.map { row in
      (0..<O).map { o in
        var sum = b[o]
        for k in 0..<3 where x.indices.contains(row + k - 1) {
          for i in 0..<I { sum += x[row + k - 1][i] * w[(k * I + i) * O + o] }
        }
        return max(0, sum)
      }
    }
  }

  private func pool(_ x: [[Double]]) -> [[Double]] {
    (0..<x.count / 2).map { row in zip(x[2 * row], x[2 * row + 1]).map { max($0, $1) } }
  }

  private func dense(_ x: [Double], _ w: [Double], _ b: [Double]) -> [Double] {
    var y = b
    for i in x.indices { for o in b.indices { y[o] += x[i] * w[i * b.count + o] } }
    return y
  }
}
