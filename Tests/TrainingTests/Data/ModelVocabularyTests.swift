import Checkpoints
import Testing
import TraceData

@testable import Training

@Suite struct ModelVocabularyTests {
  private let split = { (traces: ArrayTraces) in
    try HeldOutSplit(of: traces, share: 0, seed: 1)
  }

  @Test func itKnowsWhatTrainingSawOrderedByID() throws {
    var traces = ArrayTraces([.init(states: [3, 1, 3, 0, 4])], vocabularySize: 5)
    traces.vocabulary[1] = VocabularyEntry(id: 90, name: "state:1")
    let vocabulary = try ModelVocabulary(of: traces, split: try split(traces), minimumCount: 1)
    #expect(vocabulary.entries.map(\.id) == [0, 9, 12, 90])
    #expect(vocabulary.entries.map(\.name) == ["unknown", "state:3", "state:4", "state:1"])
    #expect(vocabulary.modelState == [0, 3, 0, 1, 2])
  }

  @Test func rareStatesAreUnknown() throws {
    let traces = ArrayTraces([.init(states: [3, 1, 3, 2, 1, 3])], vocabularySize: 4)
    let vocabulary = try ModelVocabulary(of: traces, split: try split(traces), minimumCount: 2)
    #expect(vocabulary.modelState == [0, 1, 0, 2])
  }

  @Test func whatOnlyAttacksOrTheHeldOutPartDoIsUnknown() throws {
    let traces = ArrayTraces(
      [
        .init(states: [UInt32](repeating: 1, count: 95) + [2, 2, 2, 2, 2]),
        .init(states: [3, 3], isAttack: true),
      ], vocabularySize: 4)
    let split = try HeldOutSplit(of: traces, share: 0.05, seed: 1)
    #expect(split.heldOut(of: 0) == 95..<100)
    let vocabulary = try ModelVocabulary(of: traces, split: split, minimumCount: 1)
    #expect(vocabulary.modelState == [0, 1, 0, 0])
  }

  @Test func countingCrossesSequencesAndSlices() throws {
    // Longer than a slice, with a sequence that ends inside and empty ones around.
    let long = [UInt32](repeating: 1, count: 300_000)
    let traces = ArrayTraces(
      [.init(states: []), .init(states: long), .init(states: []), .init(states: [2])],
      vocabularySize: 3)
    let all = try ModelVocabulary(of: traces, split: try split(traces), minimumCount: 1)
    #expect(all.modelState == [0, 1, 2])
    let often = try ModelVocabulary(of: traces, split: try split(traces), minimumCount: 300_000)
    #expect(often.modelState == [0, 1, 0])
  }

  @Test func noStatesAndTooManyStatesAreRefused() {
    let none = ArrayTraces([.init(states: [0, 0])], vocabularySize: 2)
    #expect {
      try ModelVocabulary(of: none, split: split(none), minimumCount: 1)
    } throws: {
      if case TrainingError.noStates(1) = $0 { true } else { false }
    }
    let many = ArrayTraces([.init(states: Array(0..<8192 + 1))], vocabularySize: 8193)
    #expect {
      try ModelVocabulary(of: many, split: split(many), minimumCount: 1)
    } throws: {
      if case TrainingError.tooManyStates(8193, 8192) = $0 { true } else { false }
    }
  }
}
