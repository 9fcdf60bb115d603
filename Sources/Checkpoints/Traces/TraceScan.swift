import TraceData

/// What has to be known of all events before anything is split: one reading of the data set.
package struct TraceScan {
  /// See `TrainingTraces.trainingDigest`.
  package let digest: String
  /// By sequence, see `RareBehaviour`; those labelled an attack do not count.
  package let isRare: [Bool]

  package init(of traces: some TrainingTraces) throws(TraceDataError) {
    var digest = ContentDigest()
    for state in traces.vocabulary { digest.update("\(state.id) \(state.name)\n") }
    var table: [UInt64] = []
    table.reserveCapacity(4 * traces.sequenceCount)
    for sequence in 0..<traces.sequenceCount {
      let parent = traces.parent(of: sequence)
      table.append(UInt64(traces.events(of: sequence).upperBound))
      table.append(traces.isAttack(sequence) ? 1 : 0)
      table.append(UInt64(truncatingIfNeeded: parent?.sequence ?? -1))
      table.append(UInt64(parent?.events ?? 0))
    }
    digest.update(table)
    var rare = RareBehaviour(states: traces.vocabulary.count)
    try traces.forEachRun { sequence, _, states in
      digest.update(states)
      if !traces.isAttack(sequence) { rare.see(states, of: sequence) }
    }
    self.digest = digest.finalized()
    isRare = rare.sequences(of: traces.sequenceCount)
  }
}

extension TrainingTraces {
  /// SHA-256 of what training sees of a data set, in hexadecimal: vocabulary, sequences with their
  /// parents and labels, states. Packing and times do not matter.
  public func trainingDigest() throws(TraceDataError) -> String { try TraceScan(of: self).digest }
}
