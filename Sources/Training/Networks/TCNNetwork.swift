import ModelFormat

/// The temporal convolutional network (Bai, Kolter, Koltun 2018; gated units: van den Oord et al.
/// 2016): embedding, residual blocks of causal dilated convolutions, dense head.
struct TCNNetwork: Network {
  let shape: TemporalConvNet

  /// Whether the first convolution is looked up by state in tables that are made once a batch.
  let hasTables: Bool

  /// A network of this shape.
  ///
  /// - Parameter batchTargets: how many targets a batch usually has. Tables for the first
  ///   convolution are worth their making where that is at least twice the vocabulary.
  init(_ shape: TemporalConvNet, batchTargets: Int = .max) {
    self.shape = shape
    hasTables = batchTargets / 2 >= shape.vocabularySize
  }

  var architecture: Architecture { .tcn(shape) }

  func makeWorkspace() -> TCNWorkspace {
    TCNWorkspace(shape, hasTables: hasTables)
  }

  var gradientCount: Int {
    guard hasTables else { return architecture.parameterCount }
    let tables = StateConvolution(
      taps: shape.kernelWidth, vocabularySize: shape.vocabularySize,
      outputs: (shape.activation == .gated ? 2 : 1) * padded(shape.channels))
    return architecture.parameterCount + tables.tableCount
  }

  func load(
    _ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: TCNWorkspace
  ) {
    workspace.load(parameters, forBackward: forBackward)
  }

  func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: TCNWorkspace
  ) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    let pass = workspace.forward(segment, dropout: dropout)
    return workspace.backward(pass, segment, into: gradient)
  }

  func finishGradient(
    into gradient: UnsafeMutablePointer<Float>, workspace: TCNWorkspace
  ) {
    workspace.moveGradient(to: gradient)
  }

  func completeGradient(
    _ gradient: UnsafeMutablePointer<Float>, workspace: TCNWorkspace
  ) {
    workspace.completeGradient(gradient)
  }

  func loss(of segment: Segment, workspace: TCNWorkspace) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    let pass = workspace.forward(segment, dropout: nil)
    return workspace.head.loss(hidden: pass.output, targets: segment.targets[...])
  }
}
