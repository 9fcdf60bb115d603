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
}

/// A network, with the player's own scoring.
public struct NetworkDetector: EventDetector {
  /// For tables.
  public let name: String
  /// Of its blob.
  public let byteCount: Int
  private let model: LoadedModel

  /// - Parameter byteCount: of its blob.
  public init(name: String, _ model: LoadedModel, byteCount: Int) {
    self.name = name
    self.model = model
    self.byteCount = byteCount
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
}
