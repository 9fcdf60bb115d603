import ModelFormat

@testable import Training

extension Adam {
  /// One step over all parameters of an architecture, with the weight decay where it belongs.
  func step(
    _ step: Int, of architecture: Architecture, learningRate: Float, gradientScale: Float,
    gradient: [Float], parameters: inout [Float],
    firstMoment: inout [Float], secondMoment: inout [Float]
  ) {
    let count = architecture.parameterCount
    precondition(
      gradient.count == count && parameters.count == count && firstMoment.count == count
        && secondMoment.count == count, "the buffers do not hold \(count) parameters each")
    gradient.withUnsafeBufferPointer { gradient in
      parameters.withUnsafeMutableBufferPointer { parameters in
        firstMoment.withUnsafeMutableBufferPointer { first in
          secondMoment.withUnsafeMutableBufferPointer { second in
            guard let gradient = gradient.baseAddress, let parameters = parameters.baseAddress,
              let first = first.baseAddress, let second = second.baseAddress
            else { return }
            for tensor in architecture.placedTensors {
              let range = tensor.range
              self.step(
                step, learningRate: learningRate, gradientScale: gradientScale,
                isDecayed: tensor.isDecayed, count: range.count,
                gradient: gradient + range.lowerBound, parameters: parameters + range.lowerBound,
                firstMoment: first + range.lowerBound, secondMoment: second + range.lowerBound)
            }
          }
        }
      }
    }
  }
}
