import TraceData

extension TrainingTraces {
  /// SHA-256 of what training sees of a data set, in hexadecimal: vocabulary, sequences with their
  /// parents and labels, states. Packing and times do not matter.
  public func trainingDigest() throws(TraceDataError) -> String {
    var digest = ContentDigest()
    for state in vocabulary { digest.update("\(state.id) \(state.name)\n") }
    var table: [UInt64] = []
    for sequence in 0..<sequenceCount {
      let parent = parent(of: sequence)
      table.append(UInt64(events(of: sequence).upperBound))
      table.append(isAttack(sequence) ? 1 : 0)
      table.append(UInt64(truncatingIfNeeded: parent?.sequence ?? -1))
      table.append(UInt64(parent?.events ?? 0))
    }
    digest.update(table)
    try forEachSlice(of: 0..<eventCount) { _, states in digest.update(states) }
    return digest.finalized()
  }
}
