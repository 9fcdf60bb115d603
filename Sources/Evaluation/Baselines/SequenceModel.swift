import ModelFormat
import TraceData

/// A model of short sequences: it learns and judges an event by the few before it.
protocol SequenceModel {
  /// How many events before an event it looks at.
  var past: Int { get }
  /// Takes the event at `index`, which has `past` events before it.
  mutating func learn(_ events: [UInt16], at index: Int)
  /// How surprising the event at `index` is, which has `past` events before it.
  func surprise(_ events: [UInt16], at index: Int) -> Surprise
  /// Of what it keeps.
  var byteCount: Int { get }
}

/// A `SequenceModel` and the names of the states that it knows.
public struct Baseline: EventDetector {
  /// For tables.
  public let name: String
  /// Of its tables.
  public var byteCount: Int { model.byteCount }
  private var model: any SequenceModel
  private let numbers: [String: UInt16]

  /// Learns the sequences of a data set that are not labelled an attack.
  ///
  /// - Throws: what reading throws.
  init(
    name: String, learning dataset: TraceDataset, _ make: (_ states: Int) -> some SequenceModel
  ) throws(TraceDataError) {
    let learned = (0..<dataset.sequences.count).filter {
      dataset.sequences.label($0) != .attack
    }
    let numbers = try StateHistory.numbers(of: dataset, in: learned)
    var model = make(numbers.count)
    let history = try StateHistory(dataset, known: numbers)
    for sequence in learned {
      let events = history.events(of: sequence, past: model.past)
      for index in model.past..<events.count { model.learn(events, at: index) }
    }
    self.name = name
    self.model = model
    self.numbers = numbers
  }

  /// One surprise an event.
  ///
  /// - Throws: what reading throws.
  public func surprises(of dataset: TraceDataset) throws -> [Surprise] {
    var surprises = [Surprise](repeating: Surprise(units: 0), count: dataset.eventCount)
    let history = try StateHistory(dataset, known: numbers)
    for sequence in 0..<dataset.sequences.count {
      Self.judge(model, history.events(of: sequence, past: model.past)) { offset, surprise in
        surprises[dataset.sequences.events(of: sequence).lowerBound + offset] = surprise
      }
    }
    return surprises
  }

  /// Generic, so that the loop over the events knows the model's type.
  private static func judge(
    _ model: some SequenceModel, _ events: [UInt16], _ body: (Int, Surprise) -> Void
  ) {
    for index in model.past..<events.count {
      body(index - model.past, model.surprise(events, at: index))
    }
  }
}

extension Baseline {
  /// STIDE with sequences of 6 (Hofmeyr, Forrest and Somayaji 1998).
  ///
  /// - Throws: what reading throws.
  public static func stide(
    learning dataset: TraceDataset, length: Int = 6
  ) throws(TraceDataError) -> Baseline {
    try Baseline(name: "STIDE n=\(length)", learning: dataset) { _ in STIDE(length: length) }
  }

  /// An n-gram with interpolated Kneser-Ney smoothing.
  ///
  /// - Parameter unknown: the surprise of a state that it has not learned.
  /// - Throws: what reading throws.
  public static func kneserNey(
    learning dataset: TraceDataset, order: Int = 6, unknown: Surprise = .cap
  ) throws(TraceDataError) -> Baseline {
    try Baseline(name: "Kneser-Ney n=\(order)", learning: dataset) {
      KneserNey(order: order, states: $0, unknown: unknown)
    }
  }
}
