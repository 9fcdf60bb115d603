import ModelFormat
import Scoring
import TraceData

/// Gathers what a report shows of one data set, while that is scored.
public final class ReportRecorder {
  /// A thread that went over a threshold.
  struct Alert {
    let place: TracePlace
    /// Of the attack that ran; nil: none did.
    let kind: String?
    let channel: DetectionChannel
    let explained: ExplainedScore
  }

  /// As the command line names it.
  let dataset: TraceDataset
  /// Of what training sees of it.
  let digest: String
  let isNormal: Bool
  let runs: AttackRuns
  let channels: [DetectionChannel]
  private(set) var plot: ScorePlot
  /// One a channel.
  private(set) var histograms: [ScoreHistogram]
  /// The first of each kind of attack, and the first few where there was none.
  private(set) var alerts: [Alert] = []
  /// During attacks, and else.
  private(set) var attackStates = SurprisingStates()
  private(set) var normalStates = SurprisingStates()

  /// How many false alarms are explained.
  static let explainedFalseAlarms = 10

  private let uniformSurprise: Surprise
  private let stateNames: [UInt32: String]
  private let start: UInt64
  private var nextRun = 0
  private var falseAlarms = 0

  /// - Parameters:
  ///   - isNormal: whether the data set is normal whatever its labels say.
  ///   - digest: tells data sets apart.
  /// - Throws: what reading throws.
  public init(
    _ model: LoadedModel, _ dataset: TraceDataset, isNormal: Bool, digest: String
  ) throws(TraceDataError) {
    self.dataset = dataset
    self.digest = digest
    self.isNormal = isNormal
    runs = try AttackRuns(dataset, isNormal: isNormal)
    channels = model.channels
    let span = runs.hasTimes ? try dataset.timeSpan() : nil
    let time = span ?? 0...UInt64(max(dataset.eventCount, 1))
    start = time.lowerBound
    uniformSurprise = model.withModel { $0.uniformSurprise }
    plot = ScorePlot(
      title: isNormal ? "Normal traffic" : "Attacks among normal traffic", channels: channels,
      runs: runs.runs, time: time, hasTimes: runs.hasTimes)
    histograms = channels.map { _ in ScoreHistogram() }
    stateNames = Dictionary(
      dataset.vocabulary.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes an event of the data set, the next in time, before the scorer takes another one.
  ///
  /// - Throws: what reading throws.
  public func add(_ step: DatasetScorer.Step, by scorer: DatasetScorer) throws {
    let time = runs.hasTimes ? step.time : UInt64(step.event)
    while nextRun < runs.runs.count, runs.runs[nextRun].time.upperBound < time { nextRun += 1 }
    let isInRun = nextRun < runs.runs.count && runs.runs[nextRun].time.contains(time)
    let kind = isInRun ? runs.runs[nextRun].kind : nil
    plot.add(step.scored, time: time)
    for index in channels.indices
    where channels[index].judges(afterEvents: step.scored.pastEvents) {
      histograms[index].add(step.scored.scores[index].exactNats, isAttack: kind != nil)
    }
    if step.scored.surprise > uniformSurprise { try addSurprising(step, scorer, kind) }
    if let verdict = step.scored.verdict { try addAlert(verdict, step, scorer, kind) }
  }

  private func addSurprising(
    _ step: DatasetScorer.Step, _ scorer: DatasetScorer, _ kind: String?
  ) throws {
    let state = stateNames[step.stateID] ?? VocabularyEntry.unknown.name
    func example() throws -> SurprisingStates.Example {
      guard let event = try scorer.explain(step, channel: 0).events.last else {
        preconditionFailure("a scored event is in its thread's history")
      }
      return SurprisingStates.Example(place: place(step), event: event, kind: kind)
    }
    if kind == nil {
      try normalStates.add(state, step.scored.surprise, example: example)
    } else {
      try attackStates.add(state, step.scored.surprise, example: example)
    }
  }

  private func addAlert(
    _ verdict: Verdict, _ step: DatasetScorer.Step, _ scorer: DatasetScorer, _ kind: String?
  ) throws {
    if kind == nil {
      falseAlarms += 1
      guard falseAlarms <= Self.explainedFalseAlarms else { return }
    } else if alerts.contains(where: { $0.kind == kind }) {
      return
    }
    alerts.append(
      Alert(
        place: place(step), kind: kind, channel: channels[verdict.channel],
        explained: try scorer.explain(step, channel: verdict.channel)))
  }

  private func place(_ step: DatasetScorer.Step) -> TracePlace {
    let entry = dataset.sequences[step.sequence]
    return TracePlace(
      program: entry.name, pid: entry.pid, tid: entry.tid,
      seconds: runs.hasTimes ? Double(step.time - min(start, step.time)) / 1e9 : nil,
      event: step.event - dataset.sequences.events(of: step.sequence).lowerBound + 1)
  }
}
