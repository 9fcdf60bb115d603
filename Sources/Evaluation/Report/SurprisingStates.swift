import ModelFormat
import Scoring

/// What was done that a blind guess would have expected sooner: by state, how often, and the most
/// surprising time.
struct SurprisingStates {
  /// One state.
  struct Entry {
    /// As the data set calls it.
    let state: String
    var count = 0
    /// The largest.
    var surprise = Surprise(units: 0)
    /// The first event that was as surprising.
    var example: Example?
  }

  struct Example {
    let place: TracePlace
    let event: ExplainedScore.Event
    /// Of an attack; nil of normal traffic.
    let kind: String?
  }

  /// By the state's name.
  private var entries: [String: Entry] = [:]

  /// The most surprising first; of those that are alike, the most frequent.
  func most(_ count: Int) -> [Entry] {
    let sorted = entries.sorted { a, b in
      (b.value.surprise, b.value.count, a.key) < (a.value.surprise, a.value.count, b.key)
    }
    return sorted.prefix(count).map(\.value)
  }

  /// Counts an event.
  ///
  /// - Parameter example: asked for where no event of this state was as surprising.
  mutating func add(
    _ state: String, _ surprise: Surprise, example: () throws -> Example
  ) rethrows {
    var entry = entries[state] ?? Entry(state: state)
    entry.count += 1
    if surprise > entry.surprise || entry.example == nil {
      entry.surprise = surprise
      entry.example = try example()
    }
    entries[state] = entry
  }

  /// Adds what another data set showed.
  mutating func add(_ other: SurprisingStates) {
    for (state, theirs) in other.entries {
      guard var entry = entries[state] else {
        entries[state] = theirs
        continue
      }
      entry.count += theirs.count
      if theirs.surprise > entry.surprise {
        (entry.surprise, entry.example) = (theirs.surprise, theirs.example)
      }
      entries[state] = entry
    }
  }
}
