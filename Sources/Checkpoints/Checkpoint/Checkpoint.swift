import ModelFormat
import TraceData

/// A network's weights, the states it knows, and what a training run needs to go on.
///
/// `docs/checkpoint-format.md` is the file; weights that others made need no training state.
public struct Checkpoint: Equatable, Sendable {
  /// The shape of the network.
  public var architecture: Architecture
  /// Id and name of every state, V of them; entry 0 is the unknown state, ids increase.
  public var vocabulary: [VocabularyEntry]
  /// The latest weights: all tensors in the architecture's order, each row-major.
  public var parameters: [Float]
  /// The weights of the epoch with the smallest held-out loss, where one has been measured.
  public var bestParameters: [Float]?
  /// What the trainer needs to resume; nil where the weights come from elsewhere.
  public var training: TrainingState?

  /// A checkpoint of weights alone.
  public init(architecture: Architecture, vocabulary: [VocabularyEntry], parameters: [Float]) {
    self.architecture = architecture
    self.vocabulary = vocabulary
    self.parameters = parameters
  }

  /// The weights to freeze: those of the best epoch, or the latest where none was measured.
  public var chosenParameters: [Float] { bestParameters ?? parameters }

  /// How the weights were made, by key, for a blob's provenance; empty where nobody knows.
  public var provenance: [(key: String, value: String)] {
    guard let training else { return [] }
    var facts = training.configuration.settings.map { ("training.\($0.key)", $0.value) }
    facts.append(("data.digest", training.dataDigest))
    facts.append(("trainer", training.createdBy))
    facts.append(("trained.epochs", "\(training.progress.epoch)"))
    facts.append(("trained.steps", "\(training.progress.step)"))
    if let best = training.progress.best {
      facts.append(("chosen.epoch", "\(best.epoch)"))
      facts.append(("chosen.held-out-loss", "\(best.loss)"))
    }
    return facts.sorted { Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
      .map { (key: $0.0, value: $0.1) }
  }
}
