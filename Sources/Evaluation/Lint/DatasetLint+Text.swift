/// For a terminal.
extension DatasetLint {
  /// Findings, the worst first; then coverage, then so many suspects.
  public func text(suspects count: Int) -> String {
    var lines = ["\(path): \(sequences) sequences, \(events) events"]
    lines += findings.map {
      "\($0.level.rawValue.padded(to: 8)) \($0.check): \($0.fact); \($0.remedy)"
    }
    lines.append(
      "copies   \(copies.distinct) of \(copies.sequences) sequences are different;"
        + " by what resembles to \(MinHash.nearly), \(copies.groups)")
    lines.append("")
    lines.append(
      "coverage: events".padded(to: 20) + "states".aligned(to: 10)
        + "sequences of \(coverage.length)".aligned(to: 20))
    lines += coverage.steps.map {
      "\($0.events)".aligned(to: 16).padded(to: 20) + "\($0.states)".aligned(to: 10)
        + "\($0.sequences)".aligned(to: 20)
    }
    lines.append(
      "the chance that what comes next is a new sequence: "
        + (100 * coverage.unseenChance).formatted(decimals: 3) + " %")
    lines.append("")
    lines.append("do what few do though many could; look whether they belong here:")
    lines.append(
      "score".aligned(to: 7) + "sequence".aligned(to: 10) + "process".aligned(to: 9)
        + "copies".aligned(to: 8)
        + "  name, the number of an event: what few do from there on"
        + " (in so many, as many of the others expected)")
    lines += shown(count).map { suspect in
      suspect.score.formatted(decimals: 2).aligned(to: 7)
        + "\(suspect.sequence)".aligned(to: 10) + "\(suspect.pid)".aligned(to: 9)
        + "\(suspect.copies)".aligned(to: 8) + "  \(suspect.name): "
        + suspect.oddities.map(\.text).joined(separator: "; ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The first suspect of each content: copies are next to each other and have the same score.
  private func shown(_ count: Int) -> [Suspect] {
    var (shown, skip) = ([Suspect](), 0)
    for suspect in suspects where shown.count < count {
      if skip > 0 {
        skip -= 1
      } else {
        shown.append(suspect)
        skip = suspect.copies - 1
      }
    }
    return shown
  }
}

extension DatasetLint.Oddity {
  fileprivate var text: String {
    (event == 0 ? "begins" : "\(event)") + " " + states.joined(separator: " ")
      + " (in \(sequences), \(expected.formatted(decimals: 0)) expected)"
  }
}
