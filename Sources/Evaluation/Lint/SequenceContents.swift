import TraceData

/// The distinct sequences of states in a data set, by the states' names, and which sequence has which.
struct SequenceContents {
  /// Numbers of states by name, shared by the data sets that are compared; from 1.
  struct Alphabet {
    private(set) var numbers: [String: UInt16] = [:]

    /// The number of a name, a new one where it has none; 0 for the unknown state and for names beyond
    /// 65,535.
    mutating func number(of name: String) -> UInt16 {
      if name == VocabularyEntry.unknown.name { return 0 }
      if let number = numbers[name] { return number }
      guard numbers.count < Int(UInt16.max) else { return 0 }
      let number = UInt16(numbers.count + 1)
      numbers[name] = number
      return number
    }
  }

  /// Each once, without the empty one, in order of first occurrence.
  private(set) var distinct: [[UInt16]] = []
  /// Of each sequence, its place in `distinct`; nil where it has no event.
  private(set) var content: [Int?] = []
  /// The sequences that have each content.
  private(set) var owners: [[Int]] = []

  /// - Throws: what reading throws.
  init(_ dataset: TraceDataset, _ alphabet: inout Alphabet) throws(TraceDataError) {
    let numbers = dataset.vocabulary.map { alphabet.number(of: $0.name) }
    var places: [[UInt16]: Int] = [:]
    for sequence in 0..<dataset.sequences.count {
      let states = try dataset.states(in: dataset.sequences.events(of: sequence))
      add(states.map { numbers[Int($0)] }, &places)
    }
  }

  /// - Parameter sequences: the numbers of the states of each.
  init(_ sequences: some Sequence<[UInt16]>) {
    var places: [[UInt16]: Int] = [:]
    for events in sequences { add(events, &places) }
  }

  /// Adds the next sequence.
  ///
  /// - Parameter places: of the contents so far.
  private mutating func add(_ events: [UInt16], _ places: inout [[UInt16]: Int]) {
    guard !events.isEmpty else {
      content.append(nil)
      return
    }
    let place = places[events] ?? distinct.count
    if place == distinct.count {
      places[events] = place
      distinct.append(events)
      owners.append([])
    }
    owners[place].append(content.count)
    content.append(place)
  }
}
