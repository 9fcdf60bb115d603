import Checkpoints
import ModelFormat
import TraceData

/// Trains a reference network on made-up batches, step by step, exactly as a training run would:
/// forward, backward, Adam.
public final class TrainingBenchmark {
  /// What is trained.
  public let network: ReferenceNetwork
  /// Its shape.
  public let architecture: Architecture
  /// How many threads compute.
  public let threads: Int
  private let stepper: (Int) -> Double
  private var steps = 0

  /// Plain Adam at this step size, so that others can do the same.
  private static let learningRate = 1e-3

  private static let seed: UInt64 = 1

  /// Fresh weights.
  ///
  /// - Precondition: at least one thread.
  /// - Throws: what `ReferenceNetwork.architecture` throws.
  public init(_ network: ReferenceNetwork, threads: Int) throws(ModelFormatError) {
    self.network = network
    self.threads = threads
    architecture = try network.architecture()
    let batches = BenchmarkBatches.make(network, architecture)
    let batchTargets = network.batch.segments * network.batch.targets
    stepper = Self.stepper(
      architecture.network(batchTargets: batchTargets), batches, threads)
  }

  /// Predictions trained in a step.
  public var tokensPerStep: Int { network.batch.segments * network.batch.targets }

  /// Floating-point operations of a step: a multiply-add is two, and every weight is used three
  /// times, once forward and twice backward. Nominal: look-ups and rows in pairs do with fewer.
  public var operationsPerStep: Double {
    Double(tokensPerStep) * Double(architecture.multiplyAddsPerEvent) * 6
  }

  /// The weights before the first step, with made-up names of states.
  public func firstWeights() -> Checkpoint {
    let states = (0..<architecture.vocabularySize).map {
      VocabularyEntry(id: UInt32($0), name: $0 == 0 ? "unknown" : "\(network.rawValue):\($0)")
    }
    return Checkpoint(
      architecture: architecture, vocabulary: states,
      parameters: architecture.initialParameters(seed: Self.seed))
  }

  /// One update of the weights.
  ///
  /// - Returns: the mean cross entropy over the batch before it, in nats.
  @discardableResult
  public func step() -> Double {
    defer { steps += 1 }
    return stepper(steps)
  }

  private static func stepper<N: Network>(
    _ network: N, _ batches: [[Segment]], _ threads: Int
  ) -> (Int) -> Double {
    let architecture = network.architecture
    let pool = GradientShards<N>.pool(threads: threads)
    let shards = GradientShards(network: network, pool: pool)
    let parameters = Buffer(architecture.initialParameters(seed: seed))
    let optimizer = BatchOptimizer(
      architecture: architecture, configuration: configuration, totalSteps: 1 << 40,
      state: nil, pool: pool)
    return { step in
      let (loss, count) = shards.accumulate(
        batches[step % batches.count], parameters: parameters, dropout: nil)
      _ = optimizer.update(parameters, gradient: shards.gradient, step: step + 1)
      return loss / Double(max(1, count))
    }
  }

  /// No warm-up, no decay, no clipping: the step size stays what it is for as long as one measures.
  private static var configuration: TrainingConfiguration {
    var configuration = TrainingConfiguration()
    configuration.learningRate = learningRate
    configuration.warmup = 0
    configuration.weightDecay = 0
    configuration.clipNorm = .greatestFiniteMagnitude
    return configuration
  }
}
