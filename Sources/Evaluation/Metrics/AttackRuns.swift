import TraceData

/// When which attack ran in a data set, on a clock that its events can be told by.
struct AttackRuns {
  /// In order of their start, not overlapping.
  let runs: [AttackRun]
  /// Whether the clock is the data set's time; otherwise the number of an event is its time.
  let hasTimes: Bool
  /// How long was recorded, without the runs, in nanoseconds; nil without times.
  let normalTime: UInt64?

  /// The data set's intervals that are labelled attacks; where it says nothing of intervals, or has no times
  /// to tell events in them by, the sequences that are labelled so, each from its first event to its last.
  /// Those that overlap are one run.
  ///
  /// - Parameter isNormal: whether the data set is normal whatever its labels say.
  /// - Throws: what reading throws.
  init(_ dataset: TraceDataset, isNormal: Bool = false) throws(TraceDataError) {
    hasTimes = dataset.hasTimes
    let found: [AttackRun] =
      if isNormal {
        []
      } else if hasTimes && dataset.isLabelledByIntervals {
        dataset.intervals.filter { $0.label == .attack }
          .map { AttackRun(kind: $0.name, time: $0.start...$0.end) }
      } else {
        try Self.labelledSequences(dataset)
      }
    let runs = Self.merged(found.sorted { $0.time.lowerBound < $1.time.lowerBound })
    self.runs = runs
    normalTime = try dataset.recordedSpans().map { spans in
      Recording.sum(spans.map { Self.length(of: $0, without: runs) })
    }
  }

  /// - Parameter runs: not overlapping.
  private static func length(of span: ClosedRange<UInt64>, without runs: [AttackRun]) -> UInt64 {
    runs.map { $0.time.clamped(to: span) }
      .reduce(span.upperBound - span.lowerBound) { $0 - ($1.upperBound - $1.lowerBound) }
  }

  private static func labelledSequences(
    _ dataset: TraceDataset
  ) throws(TraceDataError) -> [AttackRun] {
    var runs: [AttackRun] = []
    let table = dataset.sequences
    for sequence in 0..<table.count where table.label(sequence) == .attack {
      let events = table.events(of: sequence)
      guard let first = events.first, let last = events.last else { continue }
      var time = UInt64(first)...UInt64(last)
      if dataset.hasTimes {
        let start = try dataset.times(in: first..<first + 1)[0]
        time = start...max(start, try dataset.times(in: last..<last + 1)[0])
      }
      runs.append(AttackRun(kind: kind(ofTrace: table.name(sequence)), time: time))
    }
    return runs
  }

  /// A trace's name without its endings and the numbers before them: `UAD-Hydra-FTP-1-1013.txt` is of
  /// kind `UAD-Hydra-FTP`, and so it is when it was packed.
  static func kind(ofTrace name: String) -> String {
    var stem = InputFiles.unpackedName(name)
    if stem.hasSuffix(".txt") { stem = stem.dropLast(4) }
    let end = stem.lastIndex { !($0.isNumber || $0 == "-" || $0 == "_" || $0 == ".") }
    return end.map { String(stem[...$0]) } ?? "attack"
  }

  private static func merged(_ runs: [AttackRun]) -> [AttackRun] {
    var merged: [AttackRun] = []
    for run in runs {
      if let last = merged.last, run.time.lowerBound <= last.time.upperBound {
        let end = max(last.time.upperBound, run.time.upperBound)
        merged[merged.count - 1] = AttackRun(kind: last.kind, time: last.time.lowerBound...end)
      } else {
        merged.append(run)
      }
    }
    return merged
  }
}
