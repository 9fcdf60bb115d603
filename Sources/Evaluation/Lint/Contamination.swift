import ModelFormat
import TraceData

/// Which sequences all the others find most surprising.
///
/// A Kneser-Ney n-gram learns four fifths of the data and judges the rest, five times. What resembles
/// each other is held out together, and each distinct sequence is learned once: twenty copies of one
/// attack must not vouch for each other.
struct Contamination {
  /// One odd event.
  struct Oddity {
    /// Its place in the sequence, from 0.
    let event: Int
    /// The event's state.
    let state: UInt16
    let surprise: Surprise
  }

  /// Of each content: the largest mean surprise over `window` events, or over all where there are fewer.
  private(set) var scores: [Double]
  private var surprises: [[Surprise]]
  private let contents: SequenceContents

  static let window = 10
  private static let folds = 5
  /// Sequences that resemble each other so much are never on both sides.
  private static let resemblance = 0.5

  init(_ contents: SequenceContents, signatures: [MinHash], states: Int, order: Int) {
    self.contents = contents
    scores = [Double](repeating: 0, count: contents.distinct.count)
    surprises = contents.distinct.map { _ in [] }
    let groups = MinHash.groups(signatures, atLeast: Self.resemblance)
    let padding = [UInt16](repeating: 0, count: order - 1)
    for fold in 0..<Self.folds {
      var model = KneserNey(order: order, states: states, unknown: .cap)
      for place in contents.distinct.indices where Self.fold(groups[place]) != fold {
        let events = padding + contents.distinct[place]
        for index in model.past..<events.count { model.learn(events, at: index) }
      }
      for place in contents.distinct.indices where Self.fold(groups[place]) == fold {
        let events = padding + contents.distinct[place]
        surprises[place] = (model.past..<events.count).map { model.surprise(events, at: $0) }
        scores[place] = Self.largestMean(surprises[place])
      }
    }
  }

  /// Groups are numbered by their first member; neighbours must not all be in one fold.
  private static func fold(_ group: Int) -> Int {
    Int((UInt64(group) &* 0x9e37_79b9_7f4a_7c15) >> 33) % folds
  }

  private static func largestMean(_ surprises: [Surprise]) -> Double {
    var running = RunningScore(.window(length: window, minimum: min(window, surprises.count)))
    var largest = 0.0
    for surprise in surprises {
      running.add(surprise)
      largest = max(largest, running.nats ?? 0)
    }
    return largest
  }

  /// All sequences that have events, the most surprising first; of equal ones the first first.
  var ranking: [Int] {
    contents.distinct.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
      .flatMap { contents.owners[$0] }
  }

  /// The most surprising events of a content, the most surprising first.
  func oddities(of place: Int, count: Int) -> [Oddity] {
    surprises[place].enumerated()
      .sorted { ($0.element.units, $1.offset) > ($1.element.units, $0.offset) }.prefix(count)
      .map { Oddity(event: $0.offset, state: contents.distinct[place][$0.offset], surprise: $0.element) }
  }
}
