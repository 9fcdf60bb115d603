import TraceData

/// Counts what is new, event by event, in the order in which they happened.
struct CoverageCounter {
  private let length: Int
  private let eventCount: Int
  private var states: Set<UInt16> = []
  private var tree = PairTable()
  /// By the node where a sequence of n states ends: 0 for those further up; 2: seen twice or more.
  private var counts: [UInt8] = [0]
  private var (events, distinct, once) = (0, 0, 0)
  private var steps: [Coverage.Step] = []

  /// - Parameters:
  ///   - eventCount: how many there will be.
  ///   - length: n, 1...
  init(eventCount: Int, length: Int) {
    self.eventCount = eventCount
    self.length = length
  }

  /// The coverage of all events so far.
  var coverage: Coverage {
    Coverage(
      length: length, steps: steps, unseenChance: events == 0 ? 1 : Double(once) / Double(events))
  }

  /// Takes the event at `index` of a sequence of states; at its beginning the unknown state stands for what
  /// is missing.
  mutating func add(_ sequence: [UInt16], at index: Int) {
    states.insert(sequence[index])
    var node: UInt32 = 0
    for place in (index + 1 - length)...index {
      let state = place < 0 ? 0 : sequence[place]
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
      steps.append(Coverage.Step(events: events, states: states.count, sequences: distinct))
    }
  }
}

extension Coverage {
  /// Of a data set in the order of time: what a server does at the end of its life is not old because the
  /// server is.
  ///
  /// - Parameter length: n, 1...
  /// - Throws: what reading throws.
  init(
    _ dataset: TraceDataset, _ contents: SequenceContents, length: Int
  ) throws(TraceDataError) {
    var counter = CoverageCounter(eventCount: dataset.eventCount, length: length)
    let replay = TraceReplay(dataset)
    while let step = try replay.next() {
      guard let event = step.event, let place = contents.content[step.sequence] else { continue }
      let first = dataset.sequences.events(of: step.sequence).lowerBound
      counter.add(contents.distinct[place], at: event - first)
    }
    self = counter.coverage
  }
}
