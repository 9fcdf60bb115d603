import ModelFormat

/// The ancestor's network (Exein Core, 2020): a convolutional network over the last W states.
///
/// Every target has a window of its own; inputs that are missing on the left count as unknown.
/// Dropout, of which the ancestor had none, acts on the two hidden dense layers.
public struct WindowCNNNetwork: Network {
  /// The shape of the network.
  public let shape: WindowConvNet

  /// A network of this shape.
  public init(_ shape: WindowConvNet) { self.shape = shape }

  /// The shape of the network.
  public var architecture: Architecture { .windowCNN(shape) }

  /// Fresh buffers.
  public func makeWorkspace() -> WindowCNNWorkspace { WindowCNNWorkspace(shape) }

  /// See `Network`.
  public func load(
    _ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: WindowCNNWorkspace
  ) {
    workspace.load(parameters, forBackward: forBackward)
  }

  /// See `Network`.
  public func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: WindowCNNWorkspace
  ) -> Double {
    var loss = 0.0
    workspace.forEachBatch(segment, dropout: dropout) { pass in
      loss += workspace.backward(pass, into: gradient)
    }
    return loss
  }

  /// See `Network`.
  public func finishGradient(
    into gradient: UnsafeMutablePointer<Float>, workspace: WindowCNNWorkspace
  ) {
    workspace.moveGradient(to: gradient)
  }

  /// See `Network`.
  public func loss(of segment: Segment, workspace: WindowCNNWorkspace) -> Double {
    var loss = 0.0
    workspace.forEachBatch(segment, dropout: nil) { pass in
      loss += workspace.head.loss(hidden: pass.output, targets: pass.targets)
    }
    return loss
  }

  /// See `Network`.
  public func logits(of segment: Segment, workspace: WindowCNNWorkspace) -> [Float] {
    var logits: [Float] = []
    workspace.forEachBatch(segment, dropout: nil) { pass in
      logits += workspace.head.logits(hidden: pass.output, rows: pass.batch)
    }
    return logits
  }
}
