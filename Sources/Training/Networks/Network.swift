import ModelFormat

/// A network that can be trained: forward and backward passes over flat buffers of parameters in
/// the order of `Architecture.tensor(at:)`, without padding.
///
/// A result depends on the arguments and the parameters loaded last: not on what else the workspace
/// has seen, the thread or where a buffer lies in memory.
public protocol Network: Sendable {
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

  /// The logits for each target, (targets, V).
  func logits(of segment: Segment, workspace: Workspace) -> [Float]
}

extension Network {
  /// One for each parameter.
  public var gradientCount: Int { architecture.parameterCount }

  /// Nothing to do.
  public func completeGradient(
    _ gradient: UnsafeMutablePointer<Float>, workspace: Workspace
  ) {}

  /// The cross entropy of one segment; its gradient is added to `gradient`.
  public func accumulateGradient(
    of segment: Segment, parameters: UnsafePointer<Float>, dropout: Dropout?,
    into gradient: UnsafeMutablePointer<Float>, workspace: Workspace
  ) -> Double {
    load(parameters, forBackward: true, into: workspace)
    let own = Buffer<Float>(repeating: 0, count: gradientCount)
    let loss = addGradient(of: segment, dropout: dropout, into: own.base, workspace: workspace)
    finishGradient(into: own.base, workspace: workspace)
    completeGradient(own.base, workspace: workspace)
    addElements(of: own.base, count: architecture.parameterCount, to: gradient)
    return loss
  }

  /// The cross entropy of one segment in nats, summed over the targets that are not 0.
  public func loss(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> Double {
    load(parameters, forBackward: false, into: workspace)
    return loss(of: segment, workspace: workspace)
  }

  /// The logits for each target of one segment, (targets, V).
  public func logits(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> [Float] {
    load(parameters, forBackward: false, into: workspace)
    return logits(of: segment, workspace: workspace)
  }
}
