import ModelFormat

/// A network that can be trained: forward and backward passes over flat buffers of parameters in
/// the order of `Architecture.tensor(at:)`, without padding.
///
/// A result depends on the arguments only: not on the workspace's past, the thread or where a
/// buffer lies in memory.
public protocol Network: Sendable {
  /// The shape of the network.
  var architecture: Architecture { get }

  /// Reusable buffers. One for each worker; they grow to the largest segment seen and allocate
  /// nothing after that.
  associatedtype Workspace

  /// Fresh buffers.
  func makeWorkspace() -> Workspace

  /// The cross entropy of a segment and its gradient.
  ///
  /// - Parameters:
  ///   - parameters: `architecture.parameterCount` of them.
  ///   - dropout: nil for none.
  ///   - gradient: as many; the gradient of the *sum* over the targets is added.
  /// - Returns: nats, summed over the targets that are not 0; NaN where the parameters are beyond
  ///   hope.
  func accumulateGradient(
    of segment: Segment, parameters: UnsafePointer<Float>, dropout: Dropout?,
    into gradient: UnsafeMutablePointer<Float>, workspace: Workspace
  ) -> Double

  /// The cross entropy of a segment in nats, summed over the targets that are not 0.
  func loss(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> Double

  /// The logits for each target, (targets, V).
  func logits(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> [Float]
}
