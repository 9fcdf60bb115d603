import Checkpoints
import ModelFormat

/// One update of the weights: clipping, step size, Adam.
///
/// The weights are cut into fixed pieces that threads share; what is summed over all of them is added
/// up piece by piece, in order.
final class BatchOptimizer {
  let firstMoment: Buffer<Float>
  let secondMoment: Buffer<Float>
  private let pool: WorkerPool
  private let pieces: [Piece]
  private let squares: Buffer<Double>
  private let adam: Adam
  private let schedule: LearningRateSchedule
  private let clipNorm: Double

  /// The share of the largest step size that is left at the end.
  private static let finalFraction: Float = 0.01

  private static let pieceLength = 8192

  /// A part of one tensor.
  private struct Piece {
    let range: Range<Int>
    let isDecayed: Bool
  }

  init(
    architecture: Architecture, configuration: TrainingConfiguration, totalSteps: Int,
    state: TrainingState?, pool: WorkerPool
  ) {
    let zeros = [Float](repeating: 0, count: architecture.parameterCount)
    firstMoment = Buffer(state?.firstMoment ?? zeros)
    secondMoment = Buffer(state?.secondMoment ?? zeros)
    self.pool = pool
    pieces = Self.pieces(of: architecture)
    squares = Buffer(repeating: 0, count: pieces.count)
    var adam = Adam()
    adam.weightDecay = Float(configuration.weightDecay)
    self.adam = adam
    schedule = LearningRateSchedule(
      peak: Float(configuration.learningRate),
      warmupSteps: Int((Double(totalSteps) * configuration.warmup).rounded()),
      totalSteps: totalSteps, finalFraction: Self.finalFraction)
    clipNorm = configuration.clipNorm
  }

  private static func pieces(of architecture: Architecture) -> [Piece] {
    var pieces: [Piece] = []
    for tensor in architecture.placedTensors {
      let range = tensor.range
      for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceLength) {
        let end = min(start + pieceLength, range.upperBound)
        pieces.append(Piece(range: start..<end, isDecayed: tensor.isDecayed))
      }
    }
    return pieces
  }

  /// The step size of an update, 1 for the first.
  func learningRate(atStep step: Int) -> Float { schedule.rate(at: step) }

  /// Updates `parameters`.
  ///
  /// - Parameter step: 1 for the first.
  /// - Returns: false, and nothing is changed, where the gradient is not finite.
  func update(
    _ parameters: Buffer<Float>, gradient: Buffer<Float>, step: Int
  ) -> Bool {
    let norm = norm(of: gradient)
    guard norm.isFinite else { return false }
    let scale = GradientClipping.factor(norm: norm, limit: clipNorm)
    let rate = schedule.rate(at: step)
    pool.run(pieces.count) { [adam, pieces, firstMoment, secondMoment] _, index in
      let piece = pieces[index]
      let start = piece.range.lowerBound
      adam.step(
        step, learningRate: rate, gradientScale: scale, isDecayed: piece.isDecayed,
        count: piece.range.count, gradient: gradient.base + start,
        parameters: parameters.base + start, firstMoment: firstMoment.base + start,
        secondMoment: secondMoment.base + start)
    }
    return true
  }

  /// The Euclidean norm.
  private func norm(of gradient: Buffer<Float>) -> Double {
    pool.run(pieces.count) { [pieces, squares] _, index in
      let range = pieces[index].range
      squares.base[index] = GradientClipping.sumOfSquares(
        of: UnsafeBufferPointer(start: gradient.base + range.lowerBound, count: range.count))
    }
    return squares.array.reduce(0, +).squareRoot()
  }
}
