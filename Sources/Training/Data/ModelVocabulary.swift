import Checkpoints
import ModelFormat
import TraceData

/// The states that a network knows: those that its training part saw often enough, by id.
///
/// State 0 is *unknown* and stands for all others, those of the data set included.
public struct ModelVocabulary {
  /// Id and name by model state; entry 0 is the unknown state.
  let entries: [VocabularyEntry]
  /// The model state of each state of the data set.
  let modelState: [UInt16]

  /// V, the unknown state included.
  public var count: Int { entries.count }

  /// Counts the training part of `traces` and keeps what occurs at least `minimumCount` times.
  ///
  /// - Throws: `.noStates` or `.tooManyStates`, or what reading the traces throws.
  init(
    of traces: some TrainingTraces, split: HeldOutSplit, minimumCount: Int
  ) throws(TrainingError) {
    let counts = try Self.counts(of: traces, split: split)
    let known = traces.vocabulary.indices
      .filter { $0 > 0 && counts[$0] >= max(1, minimumCount) }
      .sorted { traces.vocabulary[$0].id < traces.vocabulary[$1].id }
    guard !known.isEmpty else { throw .noStates(minimumCount: minimumCount) }
    guard known.count < Limits.vocabularySize else {
      throw .tooManyStates(found: known.count + 1, limit: Limits.vocabularySize)
    }
    var modelState = [UInt16](repeating: 0, count: traces.vocabulary.count)
    for (index, state) in known.enumerated() { modelState[state] = UInt16(index + 1) }
    self.modelState = modelState
    entries = [traces.vocabulary[0]] + known.map { traces.vocabulary[$0] }
  }

  private static func counts(
    of traces: some TrainingTraces, split: HeldOutSplit
  ) throws(TrainingError) -> [Int] {
    var counts = [Int](repeating: 0, count: traces.vocabulary.count)
    do throws(TraceDataError) {
      try traces.forEachRun { sequence, events, states in
        let training = split.training(of: sequence).clamped(to: events)
        let first = states.startIndex - events.lowerBound
        for state in states[training.lowerBound + first..<training.upperBound + first] {
          counts[Int(state)] += 1
        }
      }
    } catch { throw .data(error) }
    return counts
  }
}
