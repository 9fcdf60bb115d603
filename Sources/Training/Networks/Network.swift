import ModelFormat

/// A network that can be trained: forward and backward passes over flat buffers of parameters in
/// the order of `Architecture.tensor(at:)`, without padding.
///
/// A result depends on the arguments and the parameters loaded last: not on what else the workspace
/// has seen, the thread or where a buffer lies in memory.
protocol Network: Sendable {
  /// The shape of the network.
  var architecture: Architecture { get }

  /// Reusable buffers, and the parameters in the form that the passes want. One for each worker;
  /// they grow to the largest segment seen and allocate nothing after that.
  associatedtype Workspace

  /// Fresh buffers.
  func makeWorkspace() -> Workspace

  /// Takes parameters into the workspace; those of before are gone.
  ///
  /// - Parameters:
  ///   - parameters: `architecture.parameterCount` of them, to stay as and where they are until the
  ///     last pass with them is done.
  ///   - forBackward: whether gradients will be asked for.
  func load(_ parameters: UnsafePointer<Float>, forBackward: Bool, into workspace: Workspace)

  /// The cross entropy of a segment; its gradient is on its way to `gradient`, where
  /// `finishGradient` brings it.
  ///
  /// - Parameters:
  ///   - dropout: nil for none.
  ///   - gradient: `gradientCount` numbers, the same until `finishGradient`; the gradient of the
  ///     *sum* over the targets is added.
  /// - Returns: nats, summed over the targets that are not 0; NaN where the parameters are beyond
  ///   hope.
  func addGradient(
    of segment: Segment, dropout: Dropout?, into gradient: UnsafeMutablePointer<Float>,
    workspace: Workspace
  ) -> Double

  /// Adds what is still missing of the gradients to `gradient`, and forgets it.
  func finishGradient(into gradient: UnsafeMutablePointer<Float>, workspace: Workspace)

  /// Numbers of a gradient while it is summed: one for each parameter, then perhaps those of what
  /// the parameters are first turned into.
  var gradientCount: Int { get }

  /// Turns the sum of some gradients, finished or scaled, into one of the parameters: the first
  /// `architecture.parameterCount` numbers.
  ///
  /// - Parameter workspace: with the parameters that all of them were computed with.
  func completeGradient(_ gradient: UnsafeMutablePointer<Float>, workspace: Workspace)

  /// The cross entropy of a segment in nats, summed over the targets that are not 0.
  func loss(of segment: Segment, workspace: Workspace) -> Double
}

extension Network {
  var gradientCount: Int { architecture.parameterCount }

  func completeGradient(_ gradient: UnsafeMutablePointer<Float>, workspace: Workspace) {}
}

extension Architecture {
  /// The network of this shape.
  ///
  /// - Parameter batchTargets: how many targets a batch usually has.
  func network(batchTargets: Int) -> any Network {
    switch self {
    case .tcn(let shape): TCNNetwork(shape, batchTargets: batchTargets)
    case .windowCNN(let shape): WindowCNNNetwork(shape)
    }
  }
}
