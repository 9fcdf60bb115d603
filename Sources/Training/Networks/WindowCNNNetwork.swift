import ModelFormat

/// The ancestor's network (Exein Core, 2020): a convolutional network over the last W states.
///
/// Every target has a window of its own; inputs that are missing on the left count as unknown.
/// Dropout, of which the ancestor had none, acts on the two hidden dense layers.
struct WindowCNNNetwork: Network {
  let shape: WindowConvNet

  init(_ shape: WindowConvNet) { self.shape = shape }

  var architecture: Architecture { .windowCNN(shape) }

  func makeWorkspace() -> WindowCNNWorkspace { WindowCNNWorkspace(shape) }

  func load(
    _ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: WindowCNNWorkspace
  ) {
    workspace.load(parameters, forBackward: forBackward)
  }

  func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: WindowCNNWorkspace
  ) -> Double {
    var loss = 0.0
    workspace.forEachBatch(segment, dropout: dropout) { pass in
      loss += workspace.backward(pass, into: gradient)
    }
    return loss
  }

  func finishGradient(
    into gradient: UnsafeMutablePointer<Float>, workspace: WindowCNNWorkspace
  ) {
    workspace.moveGradient(to: gradient)
  }

  func loss(of segment: Segment, workspace: WindowCNNWorkspace) -> Double {
    var loss = 0.0
    workspace.forEachBatch(segment, dropout: nil) { pass in
      loss += workspace.head.loss(hidden: pass.output, targets: pass.targets)
    }
    return loss
  }
}
