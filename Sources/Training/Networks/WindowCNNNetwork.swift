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
  public func accumulateGradient(
    of segment: Segment, parameters: UnsafePointer<Float>, dropout: Dropout?,
    into gradient: UnsafeMutablePointer<Float>, workspace: WindowCNNWorkspace
  ) -> Double {
    workspace.load(parameters, forBackward: true)
    var loss = 0.0
    workspace.forEachBatch(segment, parameters, dropout: dropout) { pass in
      loss += workspace.backward(pass, into: gradient)
    }
    workspace.addGradient(to: gradient)
    return loss
  }

  /// See `Network`.
  public func loss(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: WindowCNNWorkspace
  ) -> Double {
    workspace.load(parameters, forBackward: false)
    var loss = 0.0
    workspace.forEachBatch(segment, parameters, dropout: nil) { pass in
      loss += workspace.head.loss(hidden: pass.output, targets: pass.targets)
    }
    return loss
  }

  /// See `Network`.
  public func logits(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: WindowCNNWorkspace
  ) -> [Float] {
    workspace.load(parameters, forBackward: false)
    var logits: [Float] = []
    workspace.forEachBatch(segment, parameters, dropout: nil) { pass in
      logits += workspace.head.logits(hidden: pass.output, rows: pass.batch)
    }
    return logits
  }
}
