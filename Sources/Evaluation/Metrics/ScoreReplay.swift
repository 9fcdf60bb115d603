import KernelTrace
import ModelFormat
import TraceData

/// Tells the events of a data set again in the order of their time, with the scores that their
/// surprises add up to.
struct ScoreReplay {
  /// An event and the scores of its thread after it.
  struct Step {
    /// The sequence it is of.
    let sequence: Int
    /// When it was complete, on the clock of `AttackRuns`.
    let time: UInt64
    /// One score an aggregation of each detector, in nats; nil where there is no verdict yet.
    let scores: [Double?]
  }

  private let dataset: TraceDataset
  private let surprises: [[Surprise]]
  private let aggregations: [Aggregation]

  /// - Parameter surprises: of each detector, one an event of the data set.
  init(_ dataset: TraceDataset, surprises: [[Surprise]], aggregations: [Aggregation]) {
    self.dataset = dataset
    self.surprises = surprises
    self.aggregations = aggregations
  }

  /// How many scores an event has.
  var columnCount: Int { surprises.count * aggregations.count }

  /// Calls `body` with every event and `ended` with every sequence after its last one.
  ///
  /// - Throws: what reading throws.
  func run(
    _ body: (Step) -> Void, ended: (_ sequence: Int) -> Void = { _ in }
  ) throws(TraceDataError) {
    let fresh = surprises.flatMap { _ in aggregations.map { RunningScore($0) } }
    var running: [Int: [RunningScore]] = [:]
    let replay = TraceReplay(dataset)
    while let step = try replay.next() {
      switch step.record {
      case .event(let record):
        let event = step.event ?? 0
        var scores = running.removeValue(forKey: step.sequence) ?? fresh
        for column in scores.indices {
          scores[column].add(surprises[column / aggregations.count][event])
        }
        body(
          Step(
            sequence: step.sequence, time: dataset.hasTimes ? record.time : UInt64(event),
            scores: scores.map(\.nats)))
        running[step.sequence] = scores
      case .fork:
        if let child = step.child {
          running[child] = (running[step.sequence] ?? fresh).map(\.inherited)
        }
      case .exit:
        running[step.sequence] = nil
        ended(step.sequence)
      case .exec, .lost: break
      }
    }
  }
}
