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

  /// - Parameters:
  ///   - sequences: all of them, with copies, in the order in which they were recorded.
  ///   - length: n, 1...; at the beginning of a sequence the unknown state stands for what is missing.
  init(_ sequences: some Sequence<[UInt16]>, eventCount: Int, length: Int) {
    var states: Set<UInt16> = []
    var tree = PairTable()
    // By the node where a sequence of n states ends: 0 for those further up.
    var counts: [UInt8] = [0]
    var (events, distinct, once) = (0, 0, 0)
    var steps: [Step] = []
    let padding = [UInt16](repeating: 0, count: length - 1)
    for sequence in sequences {
      let padded = padding + sequence
      for index in (length - 1)..<padded.count {
        states.insert(padded[index])
        var node: UInt32 = 0
        for state in padded[(index - length + 1)...index] {
          node = tree.update(node, state, initial: UInt32(tree.count + 1)) { _ in }
        }
        while counts.count <= tree.count { counts.append(0) }
        switch counts[Int(node)] {
        case 0: (distinct, once, counts[Int(node)]) = (distinct + 1, once + 1, 1)
        case 1: (once, counts[Int(node)]) = (once - 1, 2)
        default: break
        }
        events += 1
        while steps.count < 10, events >= eventCount * (steps.count + 1) / 10 {
          steps.append(Step(events: events, states: states.count, sequences: distinct))
        }
      }
    }
    self.length = length
    self.steps = steps
    unseenChance = events == 0 ? 1 : Double(once) / Double(events)
  }

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
