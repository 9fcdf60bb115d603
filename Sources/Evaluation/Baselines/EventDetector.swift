import ModelFormat
import TraceData

/// Something that says how surprising each event of a data set is, given its thread's past.
public protocol EventDetector {
  /// For tables.
  var name: String { get }
  /// What it takes to keep what was learned: its tables or its blob.
  var byteCount: Int { get }
  /// One surprise an event, in the data set's order.
  ///
  /// - Throws: what reading throws, `TooManyThreads`.
  func surprises(of dataset: TraceDataset) throws -> [Surprise]
  /// The same, and how long it took.
  ///
  /// - Throws: what reading throws, `TooManyThreads`.
  func pass(over dataset: TraceDataset) throws -> ScoringPass
}

extension EventDetector {
  /// Scores the data set now.
  public func pass(over dataset: TraceDataset) throws -> ScoringPass {
    try ScoringPass { try surprises(of: dataset) }
  }
}

/// A network, with the player's own scoring.
public struct NetworkDetector: EventDetector {
  /// For tables.
  public let name: String
  /// Of its blob.
  public let byteCount: Int
  private let model: LoadedModel
  private let passes: [String: ScoringPass]

  /// - Parameters:
  ///   - byteCount: of its blob.
  ///   - passes: over data sets that it has scored before, by their paths: it does not score them again.
  public init(
    name: String, _ model: LoadedModel, byteCount: Int, passes: [String: ScoringPass] = [:]
  ) {
    self.name = name
    self.model = model
    self.byteCount = byteCount
    self.passes = passes
  }

  /// The surprise of a state that it does not know.
  public var unknownSurprise: Surprise { model.withModel { $0.unknownSurprise } }

  /// One surprise an event, exactly a device's.
  ///
  /// - Throws: what reading throws, `TooManyThreads`.
  public func surprises(of dataset: TraceDataset) throws -> [Surprise] {
    var surprises = [Surprise](repeating: Surprise(units: 0), count: dataset.eventCount)
    try DatasetScorer(model, dataset).run { surprises[$0.event] = $0.scored.surprise }
    return surprises
  }

  /// The pass over this data set that is known, or one that is made now.
  ///
  /// - Throws: what reading throws, `TooManyThreads`.
  public func pass(over dataset: TraceDataset) throws -> ScoringPass {
    try passes[dataset.path] ?? ScoringPass { try surprises(of: dataset) }
  }
}
