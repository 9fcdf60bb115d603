@testable import Training

extension Network {
  /// The cross entropy of one segment; its gradient is added to `gradient`.
  func accumulateGradient(
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
  func loss(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> Double {
    load(parameters, forBackward: false, into: workspace)
    return loss(of: segment, workspace: workspace)
  }
}
