import Foundation
import ModelFormat

@testable import Training

/// The smallest network there is: one row of logits for each last state. It makes tests of the loop
/// fast, and its best loss is the entropy rate of a Markov chain.
///
/// It borrows the shape of a tied `tcn` with as many channels as states: the head's weights are the
/// table, all others stay unused.
struct BigramNetwork: Network {
  let architecture: Architecture
  private let size: Int
  private let tableOffset: Int

  final class Workspace {
    var parameters: UnsafePointer<Float>?
  }

  init(vocabularySize: Int) throws(ModelFormatError) {
    size = vocabularySize
    var dilations = Dilations()
    try dilations.append(1)
    architecture = .tcn(
      try TemporalConvNet(
        vocabularySize: size, channels: size, kernelWidth: 2, dilations: dilations,
        activation: .relu,
        isTied: true))
    tableOffset = architecture.parameterCount - size * size - size
  }

  func makeWorkspace() -> Workspace { Workspace() }

  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: Workspace) {
    workspace.parameters = parameters
  }

  func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: Workspace
  ) -> Double {
    guard let parameters = workspace.parameters else { return .nan }
    var loss = 0.0
    let first = segment.inputs.count - segment.targets.count
    for (index, target) in segment.targets.enumerated() where target != 0 {
      // An input is dropped as if it were unknown: enough to see that keys follow the position.
      var input = Int(segment.inputs[first + index])
      if let dropout, Self.isDropped(dropout, index) { input = 0 }
      let row = tableOffset + input * size
      let p = softmax(parameters + row)
      loss -= log(p[Int(target)])
      for state in 0..<size {
        gradient[row + state] += Float(p[state] - (state == Int(target) ? 1 : 0))
      }
    }
    return loss
  }

  func finishGradient(into gradient: UnsafeMutablePointer<Float>, workspace: Workspace) {}

  func loss(of segment: Segment, workspace: Workspace) -> Double {
    guard let parameters = workspace.parameters else { return .nan }
    let inputs = segment.inputs.suffix(segment.targets.count)
    return zip(inputs, segment.targets).reduce(0) { sum, pair in
      guard pair.1 != 0 else { return sum }
      let p = softmax(parameters + tableOffset + Int(pair.0) * size)
      return sum - log(p[Int(pair.1)])
    }
  }

  private func softmax(_ logits: UnsafePointer<Float>) -> [Double] {
    let exponentials = (0..<size).map { exp(Double(logits[$0])) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  private static func isDropped(_ dropout: Dropout, _ index: Int) -> Bool {
    let bits = CounterHash.mix(dropout.key &+ UInt64(index)) >> 40
    return Float(bits) < dropout.rate * 16_777_216
  }
}
