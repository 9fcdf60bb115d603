import TraceData

/// All states of a data set in memory, as a baseline knows them: its own numbers, 0 for unknown.
struct StateHistory {
  private let states: [UInt16]
  let sequences: SequenceTable

  /// - Parameter known: a baseline's number of each state's name.
  /// - Throws: what reading throws.
  init(_ dataset: TraceDataset, known: [String: UInt16]) throws(TraceDataError) {
    let numbers = dataset.vocabulary.map { known[$0.name] ?? 0 }
    var states: [UInt16] = []
    states.reserveCapacity(dataset.eventCount)
    try dataset.forEachBlock(of: 0..<dataset.eventCount) { _, block in
      states += block.lazy.map { numbers[Int($0)] }
    }
    self.states = states
    sequences = dataset.sequences
  }

  /// A sequence's events with the `past` events before them: of its parent's before the fork, and
  /// the unknown state where there was nothing, as a network sees it.
  func events(of sequence: Int, past: Int) -> [UInt16] {
    let range = sequences.events(of: sequence)
    var before: [UInt16] = []
    var parent = sequences.parent(of: sequence)
    while before.count < past, let fork = parent {
      let start = sequences.events(of: fork.sequence).lowerBound
      let length = min(fork.events, past - before.count)
      before = Array(states[(start + fork.events - length)..<(start + fork.events)]) + before
      parent = sequences.parent(of: fork.sequence)
    }
    return [UInt16](repeating: 0, count: past - before.count) + before + states[range]
  }

  /// The names of the states that the given sequences have, numbered from 1 in order of first
  /// occurrence in the vocabulary.
  ///
  /// - Throws: what reading throws.
  static func numbers(
    of dataset: TraceDataset, in sequences: [Int]
  ) throws(TraceDataError) -> [String: UInt16] {
    var occurs = [Bool](repeating: false, count: dataset.vocabulary.count)
    for sequence in sequences {
      try dataset.forEachBlock(of: dataset.sequences.events(of: sequence)) { _, states in
        for state in states { occurs[Int(state)] = true }
      }
    }
    var numbers: [String: UInt16] = [:]
    for (state, entry) in dataset.vocabulary.enumerated().dropFirst() where occurs[state] {
      guard numbers.count < Int(UInt16.max) else { break }
      numbers[entry.name] = UInt16(numbers.count + 1)
    }
    return numbers
  }
}
