import KernelTrace

extension VocabularyView {
  /// Checks the vocabulary record of `count` states, before anything else of it is used.
  init(
    checking bytes: BlobBytes, in contents: Range<Int>, count: Int
  ) throws(ModelFormatError) {
    let namesOffset = Self.namesOffset(count: count)
    guard contents.count >= namesOffset else {
      throw .length(of: .vocabulary, contents, needed: namesOffset)
    }
    self.init(base: bytes.base + contents.lowerBound, count: count)
    try checkNames(at: contents, namesLength: contents.count - namesOffset)
    try checkIDs(at: contents.lowerBound)
    try bytes.checkZeros(
      (contents.lowerBound + 10 * count)..<(contents.lowerBound + namesOffset))
    try checkOrder(at: contents.lowerBound)
  }

  private func checkNames(
    at contents: Range<Int>, namesLength: Int
  ) throws(ModelFormatError) {
    let namesStart = contents.upperBound - namesLength
    var start = 0
    for state in 0..<count {
      let end = nameEnd(at: state)
      guard end > start, end - start <= Limits.stateNameLength else {
        throw .stateName(state: state, atOffset: contents.lowerBound + 4 * (count + state))
      }
      guard end <= namesLength else {
        throw .length(of: .vocabulary, contents, needed: contents.count - namesLength + end)
      }
      if let bad = StateName.firstForbiddenByte(in: name(at: state)) {
        throw .stateName(state: state, atOffset: namesStart + start + bad)
      }
      start = end
    }
    guard start == namesLength else {
      throw .length(of: .vocabulary, contents, needed: contents.count - namesLength + start)
    }
    guard StateName.isUnknown(name(at: 0)) else { throw .firstState(atOffset: namesStart) }
  }

  private func checkIDs(at offset: Int) throws(ModelFormatError) {
    guard id(at: 0) == 0 else { throw .firstState(atOffset: offset) }
    for state in 1..<count where id(at: state) <= id(at: state - 1) {
      throw .stateOrder(state: state, atOffset: offset + 4 * state)
    }
  }

  /// Strictly increasing names of known states: so all are different, and each is listed once.
  private func checkOrder(at offset: Int) throws(ModelFormatError) {
    for position in 0..<count {
      let index = indexByName(at: position)
      let isKnown = index < count
      let isInOrder =
        isKnown
        && (position == 0
          || compareBytes(name(at: indexByName(at: position - 1)), name(at: index)) < 0)
      guard isInOrder else {
        throw .nameOrder(atOffset: offset + Self.byNameOffset(count: count) + 2 * position)
      }
    }
  }
}
