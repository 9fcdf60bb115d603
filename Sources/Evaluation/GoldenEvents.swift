import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// The events by which a device proves that it scores as the workstation does.
enum GoldenEvents {
  private static let realCount = 192
  private static let mixedCount = 64

  /// The beginning of the longest sequence, then states from all over the vocabulary, the unknown
  /// one among them; with the surprise that each must have.
  static func choose(
    _ loaded: LoadedModel, from dataset: TraceDataset
  ) throws(TraceDataError) -> [GoldenEvent] {
    let model = loaded.model
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Scorer.byteCount(for: model, threads: 2), alignment: 64)
    defer { memory.deallocate() }
    var scorer = Scorer(model: model, memory: memory, threads: 2)
    let thread = ThreadID(pid: 1, tid: 1)
    let states = try beginning(of: dataset, in: model.vocabulary) + mixed(model.vocabulary.count)
    return states.map { state in
      let scored = scorer.score(thread, state: state, time: 0)
      return GoldenEvent(state: state, surprise: scored.surprise)
    }
  }

  private static func beginning(
    of dataset: TraceDataset, in vocabulary: VocabularyView
  ) throws(TraceDataError) -> [Int] {
    let sequences = 0..<dataset.sequences.count
    let longest = sequences.max {
      dataset.sequences.events(of: $0).count < dataset.sequences.events(of: $1).count
    }
    guard let longest else { return [] }
    let events = dataset.sequences.events(of: longest).prefix(realCount)
    return try dataset.states(in: events).map { index in
      Array(dataset.vocabulary[Int(index)].name.utf8).withUnsafeBytes {
        vocabulary.index(ofName: $0) ?? 0
      }
    }
  }

  /// Evenly through the vocabulary, again and again where it is small.
  static func mixed(_ vocabularySize: Int) -> [Int] {
    (0..<mixedCount).map {
      vocabularySize > mixedCount ? $0 * vocabularySize / mixedCount : $0 % vocabularySize
    }
  }
}
