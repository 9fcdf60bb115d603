import TraceData

/// Which sequences do what hardly any other does, such as a server's one main process.
///
/// Holding one of them out would take away a behaviour that training sees nowhere else, and then
/// judge the network by it.
enum RareBehaviour {
  /// A state found in fewer sequences than this is rare.
  static let commonFrom = 3

  /// By sequence: whether it has a state that fewer than `commonFrom` sequences have.
  ///
  /// - Parameter counted: by sequence, whether it takes part at all.
  static func sequences(
    of traces: some TrainingTraces, counted: [Bool]
  ) throws(TraceDataError) -> [Bool] {
    var holders = [Int](repeating: 0, count: traces.vocabulary.count)
    var latest = [Int](repeating: -1, count: traces.vocabulary.count)
    try traces.forEachEvent { sequence, state in
      guard counted[sequence], latest[state] != sequence else { return }
      latest[state] = sequence
      holders[state] += 1
    }
    var isRare = [Bool](repeating: false, count: traces.sequenceCount)
    try traces.forEachEvent { sequence, state in
      if holders[state] < commonFrom { isRare[sequence] = true }
    }
    return isRare
  }
}

extension TrainingTraces {
  /// Hands every event's sequence and state to `body`, in order.
  func forEachEvent(
    _ body: (_ sequence: Int, _ state: Int) -> Void
  ) throws(TraceDataError) {
    var sequence = 0
    try forEachSlice(of: 0..<eventCount) { slice, states in
      for (event, state) in zip(slice, states) {
        while events(of: sequence).upperBound <= event { sequence += 1 }
        body(sequence, Int(state))
      }
    }
  }
}
