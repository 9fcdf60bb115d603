/// The states of a source's alphabet: what they are called and which occurred.
struct StateNames {
  private var names: [UInt32: String] = [0: VocabularyEntry.unknown.name]
  private var ids: [String: UInt32] = [VocabularyEntry.unknown.name: 0]
  /// Ids below this are marked in an array, which is faster than a set.
  private static let denseLimit = 65_536
  private var usedDense = [Bool](repeating: false, count: denseLimit)
  private var usedSparse: Set<UInt32> = []

  /// What a state that has only a name gets as an id; no source counts as far.
  private var nextID = firstMade
  private static let firstMade: UInt32 = 1 << 31
  private var made: Set<UInt32> = []

  mutating func markUsed(_ id: UInt32) {
    if id < Self.denseLimit { usedDense[Int(id)] = true } else { usedSparse.insert(id) }
  }

  /// Whether the name is valid and in no conflict.
  mutating func name(_ id: UInt32, _ name: String) -> Bool {
    if let known = names[id] { return known == name }
    guard ids[name] == nil, VocabularyEntry.isValidName(name) else { return false }
    names[id] = name
    ids[name] = id
    return true
  }

  /// The id of a state by its name, a new one where the name is.
  mutating func id(named name: String) -> UInt32 {
    if let id = ids[name] { return id }
    while names[nextID] != nil || usedSparse.contains(nextID) { nextID += 1 }
    names[nextID] = name
    ids[name] = nextID
    made.insert(nextID)
    return nextID
  }

  /// Whether the id was made by `id(named:)`.
  func isMade(_ id: UInt32) -> Bool { id >= Self.firstMade && made.contains(id) }

  /// The states that occurred, by id; the unknown one is the first, whether it occurred or not.
  ///
  /// A state that was not named is called `state_ID`.
  func vocabulary(path: String) throws(TraceDataError) -> [VocabularyEntry] {
    var entries = [VocabularyEntry.unknown]
    let dense = usedDense.indices.filter { usedDense[$0] && $0 > 0 }.map { UInt32($0) }
    for id in dense + usedSparse.sorted() {
      let name = names[id] ?? "state_\(id)"
      if names[id] == nil, ids[name] != nil {
        throw .conflictingName(path: path, name: name, id: id)
      }
      entries.append(VocabularyEntry(id: id, name: name))
    }
    return entries
  }
}
