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
  public func accumulateGradient(
    of segment: Segment, parameters: UnsafePointer<Float>, dropout: Dropout?,
    into gradient: UnsafeMutablePointer<Float>, workspace: TCNWorkspace
  ) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    workspace.load(parameters, forBackward: true)
    let pass = workspace.forward(segment, parameters, dropout: dropout)
    let loss = workspace.backward(pass, segment, into: gradient)
    workspace.addGradient(to: gradient)
    return loss
  }

  /// See `Network`.
  public func loss(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: TCNWorkspace
  ) -> Double {
    guard !segment.targets.isEmpty else { return 0 }
    workspace.load(parameters, forBackward: false)
    let pass = workspace.forward(segment, parameters, dropout: nil)
    return workspace.head.loss(hidden: pass.output, targets: segment.targets[...])
  }

  /// See `Network`.
  public func logits(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: TCNWorkspace
  ) -> [Float] {
    guard !segment.targets.isEmpty else { return [] }
    workspace.load(parameters, forBackward: false)
    let pass = workspace.forward(segment, parameters, dropout: nil)
    return workspace.head.logits(hidden: pass.output, rows: segment.targets.count)
  }
}
