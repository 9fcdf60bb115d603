import TraceData

/// What is concluded from counts.
extension DatasetLint {
  /// Nothing can tell an attack from the same sequence of states in normal data.
  static func labelFindings(
    _ dataset: TraceDataset, _ contents: SequenceContents
  ) -> [LintFinding] {
    var (contradicting, attacks) = (0, 0)
    for owners in contents.owners {
      let attacking = owners.count { dataset.sequences.label($0) == .attack }
      attacks += attacking
      if owners.contains(where: { dataset.sequences.label($0) == .normal }) {
        contradicting += attacking
      }
    }
    guard contradicting > 0 else { return [] }
    return [
      LintFinding(
        .warning, "labels",
        "\(contradicting) of \(attacks) sequences labelled an attack are copies of normal ones",
        "expect no detector to find them by themselves; label what only attacks do")
    ]
  }

  /// What a loss hid is not known, and what is on both sides of it is learned as if it followed.
  static func lossFindings(_ dataset: TraceDataset) -> [LintFinding] {
    guard dataset.lostRecords > 0 else { return [] }
    return [
      LintFinding(
        .warning, "losses", "\(dataset.lostRecords) records were lost by their sources",
        "record again with a larger --ring-kib; events around a loss look as if they followed each other"
      )
    ]
  }

  static func coverageFindings(_ coverage: Coverage) -> [LintFinding] {
    let rate = coverage.newAtTheEnd
    let text =
      "the last tenth has \(coverage.newStatesAtTheEnd) new states and"
      + " \(rate.formatted(decimals: 1)) new sequences of \(coverage.length) states"
      + " a thousand events"
    // A new sequence makes up to n events surprising: at 1 in 1000 that is most of half a percent.
    guard rate > 1 || coverage.newStatesAtTheEnd > 0 else {
      return [LintFinding(.note, "coverage", text, "nothing: the recording is long enough")]
    }
    return [
      LintFinding(
        .warning, "coverage", text,
        "record more, and of everything that the device does; what is new later will look like an attack"
      )
    ]
  }

  static func overlapFindings(_ overlap: Overlap) -> [LintFinding] {
    let share = Double(overlap.copies) / Double(max(overlap.sequences, 1))
    return [
      LintFinding(
        share > 0.5 ? .warning : .note, "split",
        "\(overlap.copies) of \(overlap.sequences) sequences of \(overlap.path) are copies of one here,"
          + " \(overlap.nearCopies) more nearly; \(overlap.newStates) of its states are new",
        share > 0.5
          ? "results on it are mostly on what was learned: judge by the others too"
          : "nothing: most of it is new")
    ]
  }
}
