import TraceData

/// What the format allows but no recording should have: in times, labels, numbers and lengths.
struct SanityChecks {
  private let dataset: TraceDataset
  /// Sequences that go back in time, and those that have events before their start.
  private var (decreasing, early) = ([Int](), [Int]())
  /// Of each sequence, the time of its latest event; its start where it has none.
  private var ends: [UInt64]
  /// From the earliest event to the latest.
  private var (low, high) = (UInt64.max, UInt64.min)
  /// By start.
  private let intervals: [LabelledInterval]
  /// Those in which no event is.
  private var eventless: [LabelledInterval]
  private var unknownEvents = 0
  /// The default window: with fewer events there is no verdict.
  private let shortest = 10

  /// - Throws: what reading throws.
  init(_ dataset: TraceDataset) throws(TraceDataError) {
    self.dataset = dataset
    ends = (0..<dataset.sequences.count).map { dataset.sequences.start($0) }
    intervals = dataset.intervals.sorted { $0.start < $1.start }
    eventless = intervals
    var unknownEvents = 0
    try dataset.forEachBlock(of: 0..<dataset.eventCount) { _, states in
      unknownEvents += states.count { $0 == 0 }
    }
    self.unknownEvents = unknownEvents
    if dataset.hasTimes { try readTimes() }
  }

  private mutating func readTimes() throws(TraceDataError) {
    let table = dataset.sequences
    var (sequence, previous) = (0, UInt64?.none)
    try dataset.forEachTimeBlock { events, times in
      for (event, time) in zip(events, times) {
        while event >= table.events(of: sequence).upperBound {
          (sequence, previous) = (sequence + 1, nil)
        }
        if let previous {
          if time < previous, decreasing.last != sequence { decreasing.append(sequence) }
          ends[sequence] = max(ends[sequence], time)
        } else {
          if time < table.start(sequence) { early.append(sequence) }
          ends[sequence] = time
        }
        previous = time
        (low, high) = (min(low, time), max(high, time))
      }
      if eventless.isEmpty { return }
      let sorted = times.sorted()
      eventless.removeAll { interval in
        let place = sorted.partitioningIndex { $0 >= interval.start }
        return place < sorted.count && sorted[place] <= interval.end
      }
    }
  }

  /// All that is to be said.
  var findings: [LintFinding] {
    (dataset.hasTimes ? timeFindings + intervalFindings + numberFindings : []) + lengthFindings
      + unknownFindings
  }

  private var table: SequenceTable { dataset.sequences }

  private func name(_ sequence: Int) -> String {
    let name = table.name(sequence).isEmpty ? "unnamed" : table.name(sequence)
    return "sequence \(sequence) (\(name), process \(table.pid(sequence)))"
  }

  // MARK: Times

  private var timeFindings: [LintFinding] {
    var findings: [LintFinding] = []
    if let first = decreasing.first {
      findings.append(
        LintFinding(
          .problem, "times", "\(decreasing.count) sequences go back in time, first \(name(first))",
          "sort their events by time and import them again"))
    }
    if let first = early.first {
      findings.append(
        LintFinding(
          .problem, "times",
          "\(early.count) sequences have events before their start, first \(name(first))",
          "correct start_ns: it tells a reused process number apart"))
    }
    return findings
  }

  // MARK: Labels

  private var intervalFindings: [LintFinding] {
    guard low <= high else { return [] }
    let outside = intervals.filter { $0.end < low || $0.start > high }
    let empty = eventless.filter { $0.end >= low && $0.start <= high }
    var (overlapping, end) = (0, intervals.first?.end ?? 0)
    for interval in intervals.dropFirst() {
      if end >= interval.start { overlapping += 1 }
      end = max(end, interval.end)
    }
    var findings: [LintFinding] = []
    if let first = outside.first {
      findings.append(
        LintFinding(
          .problem, "labels",
          "\(outside.count) of \(intervals.count) intervals are outside of the recording, first"
            + " \(first.name) at \(first.start) ns; events are at \(low) to \(high) ns",
          "label with the clock of the recording"))
    }
    if let first = empty.first {
      findings.append(
        LintFinding(
          .warning, "labels",
          "\(empty.count) of \(intervals.count) intervals have no event, first \(first.name) at"
            + " \(first.start) ns", "check the clock of the labels; nothing can be found in them"))
    }
    if overlapping > 0 {
      findings.append(
        LintFinding(
          .warning, "labels", "\(overlapping) intervals begin before an earlier one has ended",
          "end each before the next; evaluation takes overlapping ones for one"))
    }
    return findings
  }

  // MARK: Process numbers

  private var numberFindings: [LintFinding] {
    var byNumber: [UInt64: [Int]] = [:]
    for sequence in 0..<table.count {
      byNumber[UInt64(table.pid(sequence)) << 32 | UInt64(table.tid(sequence)), default: []]
        .append(sequence)
    }
    var (reused, overlapping) = (0, [Int]())
    for sequences in byNumber.values where sequences.count > 1 {
      let inOrder = sequences.sorted { (table.start($0), $0) < (table.start($1), $1) }
      reused += inOrder.count - 1
      var end = ends[inOrder[0]]
      for sequence in inOrder.dropFirst() {
        if end > table.start(sequence) { overlapping.append(sequence) }
        end = max(end, ends[sequence])
      }
    }
    var findings: [LintFinding] = []
    if let first = overlapping.min() {
      findings.append(
        LintFinding(
          .problem, "numbers",
          "\(overlapping.count) sequences begin while another one of the same number goes on, first"
            + " \(name(first))", "split the recordings, or import each with its own numbers"))
    }
    if reused > overlapping.count {
      findings.append(
        LintFinding(
          .note, "numbers", "\(reused - overlapping.count) sequences have a number used before",
          "nothing: their starts tell them apart"))
    }
    return findings
  }

  // MARK: Lengths and states

  private var lengthFindings: [LintFinding] {
    let parents = Set((0..<table.count).compactMap { table.parent(of: $0)?.sequence })
    let empty = (0..<table.count).filter { table.events(of: $0).isEmpty && !parents.contains($0) }
    let short = (0..<table.count).count {
      (1..<shortest).contains(table.events(of: $0).count)
        && table.parent(of: $0) == nil
    }
    var findings: [LintFinding] = []
    if let first = empty.first {
      findings.append(
        LintFinding(
          .warning, "lengths",
          "\(empty.count) sequences have neither events nor children, first \(name(first))",
          "leave them out"))
    }
    if short > 0 {
      findings.append(
        LintFinding(
          .note, "lengths",
          "\(short) of \(table.count) sequences have fewer than \(shortest) events and no"
            + " parent", "nothing: a window of \(shortest) gives no verdict on them"))
    }
    return findings
  }

  private var unknownFindings: [LintFinding] {
    guard unknownEvents > 0 else { return [] }
    return [
      LintFinding(
        unknownEvents * 1000 > dataset.eventCount ? .warning : .note, "states",
        "\(unknownEvents) of \(dataset.eventCount) events are of the unknown state",
        "record with a source that knows them; nothing is learned from them")
    ]
  }
}
