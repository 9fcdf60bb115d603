import TraceData

/// What is judged as a whole: a score each, and whether it is an attack's.
public enum EvaluationView: String, CaseIterable, Encodable, Sendable {
  /// A sequence of the data set: its largest score (of the mean, the one at its end). Labelled an
  /// attack or not; those that are not labelled count as normal in normal data and not at all in
  /// data with attacks.
  case traces
  /// Consecutive events of all threads, as many as asked for or fewer at the borders of attack runs:
  /// their largest score. An attack's within a run.
  case windows
  /// A run of an attack: the largest score in it. Normal are the windows of normal events.
  case runs
}

/// The largest scores of traces, windows and runs, for every detector and aggregation.
struct EvaluationUnits {
  private struct Unit {
    var isAttack: Bool
    /// Of a run.
    var kind = ""
    var scores: [Double]
  }

  private var units: [EvaluationView: [Unit]] = [:]
  private let columnCount: Int

  init(columnCount: Int) { self.columnCount = columnCount }

  /// Adds the units of a data set.
  ///
  /// - Parameters:
  ///   - isNormal: whether the data set is normal all over.
  ///   - windowLength: most events of a window.
  ///   - keepsLast: of each column, whether a trace's score is its last instead of its largest.
  /// - Throws: what reading throws.
  mutating func add(
    _ replay: ScoreReplay, of dataset: TraceDataset, runs: [AttackRun], isNormal: Bool,
    windowLength: Int, keepsLast: [Bool]
  ) throws(TraceDataError) {
    // Too few events for a verdict can never alarm: a score of 0.
    let zero = [Double](repeating: 0, count: columnCount)
    var traces = [Double](repeating: 0, count: dataset.sequences.count * columnCount)
    var windows: [Unit] = []
    var found = runs.map { Unit(isAttack: true, kind: $0.kind, scores: zero) }
    var (current, length, owner, next) = (zero, 0, Int?.none, 0)
    var lastSequence: Int?
    func close() {
      if length > 0 { windows.append(Unit(isAttack: owner != nil, scores: current)) }
      (current, length) = (zero, 0)
    }
    try replay.run { step in
      while next < runs.count, runs[next].time.upperBound < step.time { next += 1 }
      let run = next < runs.count && runs[next].time.contains(step.time) ? next : nil
      let isOtherTrace = !dataset.hasTimes && step.sequence != lastSequence
      if run != owner || length == windowLength || isOtherTrace { close() }
      (owner, lastSequence, length) = (run, step.sequence, length + 1)
      for (column, score) in step.scores.enumerated() {
        guard let score else { continue }
        current[column] = max(current[column], score)
        if let run { found[run].scores[column] = max(found[run].scores[column], score) }
        let trace = step.sequence * columnCount + column
        traces[trace] = keepsLast[column] ? score : max(traces[trace], score)
      }
    }
    close()
    for sequence in 0..<dataset.sequences.count
    where !dataset.sequences.events(of: sequence).isEmpty {
      let label = dataset.sequences.label(sequence)
      guard isNormal || label != .unlabelled else { continue }
      let scores = traces[(sequence * columnCount)..<((sequence + 1) * columnCount)]
      units[.traces, default: []].append(
        Unit(isAttack: !isNormal && label == .attack, scores: Array(scores)))
    }
    units[.windows, default: []] += windows
    units[.runs, default: []] += found + windows.filter { !$0.isAttack }
  }

  /// The scores of one column.
  ///
  /// - Parameter kind: the only kind of attack to count, of runs.
  func scores(_ view: EvaluationView, column: Int, kind: String? = nil) -> RankedScores {
    let all = units[view] ?? []
    return RankedScores(
      positives: all.filter { $0.isAttack && $0.kind == kind ?? $0.kind }
        .map { $0.scores[column] },
      negatives: all.filter { !$0.isAttack }.map { $0.scores[column] })
  }
}
