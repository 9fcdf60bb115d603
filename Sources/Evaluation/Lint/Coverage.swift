/// Whether a recording still shows new behaviour at its end: then it is too short.
struct Coverage: Encodable, Sendable {
  /// After each tenth of the events.
  struct Step: Encodable, Sendable, Equatable {
    let events: Int
    /// Different states so far.
    let states: Int
    /// Different sequences of n states so far.
    let sequences: Int
  }

  /// n.
  let length: Int
  let steps: [Step]
  /// The chance that the next n events are a sequence of states not seen yet: the share of those
  /// seen once (Good 1953).
  let unseenChance: Double

  /// New sequences of n states a thousand events, in the last tenth.
  var newAtTheEnd: Double {
    guard let last = steps.last, let before = steps.dropLast().last, last.events > before.events
    else { return 0 }
    return 1000 * Double(last.sequences - before.sequences) / Double(last.events - before.events)
  }

  /// New states in the last tenth.
  var newStatesAtTheEnd: Int {
    guard let last = steps.last, let before = steps.dropLast().last else { return 0 }
    return last.states - before.states
  }
}
