import Checkpoints
import TraceData

@testable import Training

/// Traces in memory.
struct ArrayTraces: TrainingTraces {
  struct Sequence {
    var states: [UInt32]
    var parent: (sequence: Int, events: Int)?
    var isAttack = false
  }

  var vocabulary: [VocabularyEntry]
  private let sequences: [Sequence]
  private let offsets: [Int]
  private let all: [UInt32]

  /// States below `vocabularySize`, 0 being the unknown one.
  init(_ sequences: [Sequence], vocabularySize: Int) {
    self.sequences = sequences
    vocabulary = (0..<vocabularySize).map {
      VocabularyEntry(id: UInt32($0 * 3), name: $0 == 0 ? "unknown" : "state:\($0)")
    }
    offsets = sequences.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.states.count) }
    all = sequences.flatMap(\.states)
  }

  var sequenceCount: Int { sequences.count }
  func events(of sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }
  func isAttack(_ sequence: Int) -> Bool { sequences[sequence].isAttack }
  func parent(of sequence: Int) -> SequenceParent? {
    sequences[sequence].parent.map { SequenceParent(sequence: $0.sequence, events: $0.events) }
  }
  func states(in events: Range<Int>) throws(TraceDataError) -> [UInt32] { Array(all[events]) }
}
