import ModelFormat
import TestSupport
import Testing

@testable import Training

/// A network with seeded parameters and a segment to run it on.
struct NetworkCase: CustomTestStringConvertible {
  let architecture: Architecture
  let parameters: [Float]
  let segment: Segment
  let testDescription: String

  init(
    _ architecture: Architecture, seed: UInt64, scale: Float, inputs: Int, targets: Int
  ) {
    var random = SplitMix64(seed: seed)
    let states = UInt64(architecture.vocabularySize)
    self.architecture = architecture
    parameters = (0..<architecture.parameterCount).map { _ in random.nextUnit() * scale }
    var wanted = (0..<targets).map { _ in UInt16(random.next() % states) }
    wanted[targets - 1] = UInt16(1 + random.next() % (states - 1))  // one at least carries a loss
    segment = Segment(
      inputs: (0..<inputs).map { _ in UInt16(random.next() % states) }, targets: wanted)
    testDescription = "\(architecture), \(inputs) inputs, \(targets) targets, seed \(seed)"
  }

  static func tcn(
    states: Int, channels: Int, kernel: Int, _ dilations: [Int], gated: Bool = false,
    tied: Bool = false
  ) throws -> Architecture {
    var list = Dilations()
    for dilation in dilations { try list.append(dilation) }
    return .tcn(
      try TemporalConvNet(
        vocabularySize: states, channels: channels, kernelWidth: kernel, dilations: list,
        activation: gated ? .gated : .relu, isTied: tied))
  }

  static func window(states: Int, window: Int) throws -> Architecture {
    .windowCNN(try WindowConvNet(vocabularySize: states, windowLength: window))
  }

  // MARK: Running it

  /// The summed loss and its gradient.
  func gradient(
    dropout: Dropout? = nil, batchTargets: Int = .max
  ) -> (loss: Double, gradient: [Float]) {
    Runner(architecture, batchTargets: batchTargets).gradient(
      of: segment, parameters, dropout: dropout)
  }
}

/// Either network with a workspace of its own, over arrays.
struct Runner {
  let logits: (Segment, [Float]) -> [Float]
  let loss: (Segment, [Float]) -> Double
  private let accumulate: (Segment, [Float], Dropout?, inout [Float]) -> Double

  /// - Parameter batchTargets: large and a `tcn` has tables for its first convolution; 0 and it has
  ///   none.
  init(_ architecture: Architecture, batchTargets: Int = .max) {
    switch architecture {
    case .tcn(let shape): self.init(TCNNetwork(shape, batchTargets: batchTargets))
    case .windowCNN(let shape): self.init(WindowCNNNetwork(shape))
    }
  }

  private init(_ network: some LogitNetwork) {
    let workspace = network.makeWorkspace()
    logits = { segment, parameters in
      network.logits(of: segment, parameters: parameters, workspace: workspace)
    }
    loss = { segment, parameters in
      network.loss(of: segment, parameters: parameters, workspace: workspace)
    }
    accumulate = { segment, parameters, dropout, gradient in
      network.accumulateGradient(
        of: segment, parameters: parameters, dropout: dropout, into: &gradient,
        workspace: workspace)
    }
  }

  func gradient(
    of segment: Segment, _ parameters: [Float], dropout: Dropout? = nil
  ) -> (loss: Double, gradient: [Float]) {
    var gradient = [Float](repeating: 0, count: parameters.count)
    let loss = accumulate(segment, parameters, dropout, &gradient)
    return (loss, gradient)
  }
}

/// |a - b| / |b|, Euclidean norms.
func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .infinity }
  var (difference, norm) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return norm == 0 ? difference.squareRoot() : (difference / norm).squareRoot()
}
