import ModelFormat

/// The temporal convolutional network (Bai, Kolter, Koltun 2018; gated units: van den Oord et al.
/// 2016): embedding, residual blocks of causal dilated convolutions, dense head.
public struct TCNNetwork: Network {
  /// The shape of the network.
  public let shape: TemporalConvNet

  /// A network of this shape.
  public init(_ shape: TemporalConvNet) { self.shape = shape }

  /// The shape of the network.
  public var architecture: Architecture { .tcn(shape) }

  /// Fresh buffers.
  public func makeWorkspace() -> TCNWorkspace { TCNWorkspace(shape) }

  /// See `Network`.
  public func load(
    _ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: TCNWorkspace
  ) {
    workspace.load(parameters, forBackward: forBackward)
  }

  /// See `Network`.
  public func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: TCNWorkspace
  ) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    let pass = workspace.forward(segment, dropout: dropout)
    return workspace.backward(pass, segment, into: gradient)
  }

  /// See `Network`.
  public func finishGradient(
    into gradient: UnsafeMutablePointer<Float>, workspace: TCNWorkspace
  ) {
    workspace.moveGradient(to: gradient)
  }

  /// See `Network`.
  public func loss(of segment: Segment, workspace: TCNWorkspace) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    let pass = workspace.forward(segment, dropout: nil)
    return workspace.head.loss(hidden: pass.output, targets: segment.targets[...])
  }

  /// See `Network`.
  public func logits(of segment: Segment, workspace: TCNWorkspace) -> [Float] {
    guard !segment.targets.isEmpty else { return [] }
    let pass = workspace.forward(segment, dropout: nil)
    return workspace.head.logits(hidden: pass.output, rows: segment.targets.count)
  }
}
