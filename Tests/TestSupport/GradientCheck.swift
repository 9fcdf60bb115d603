/// Compares a gradient with central differences of the loss.
public struct GradientCheck {
  /// The step of the differences.
  public var epsilon: Double
  /// At most so many elements are looked at, evenly spread over all.
  public var limit: Int

  /// A check of at most `limit` elements.
  public init(epsilon: Double, limit: Int = .max) {
    self.epsilon = epsilon
    self.limit = limit
  }

  /// |gradient - differences| / |differences|, Euclidean norms over the elements looked at.
  ///
  /// - Parameter loss: is given the parameters with one of them changed.
  public func relativeError(
    of gradient: [Float], at parameters: [Double], loss: ([Double]) -> Double
  ) -> Double {
    var (difference, norm) = (0.0, 0.0)
    var moved = parameters
    let step = max(1, parameters.count / limit)
    for index in stride(from: 0, to: parameters.count, by: step) {
      moved[index] = parameters[index] + epsilon
      let above = loss(moved)
      moved[index] = parameters[index] - epsilon
      let below = loss(moved)
      moved[index] = parameters[index]
      let slope = (above - below) / (2 * epsilon)
      difference += (Double(gradient[index]) - slope) * (Double(gradient[index]) - slope)
      norm += slope * slope
    }
    return (difference / norm).squareRoot()
  }
}
