import Foundation
import KernelTrace
import ModelFormat
import Scoring
import TraceData

/// Scores a data set exactly as a device would score the same events live.
public final class DatasetScorer {
  /// An event of the data set and what it did.
  public struct Step {
    /// The sequence it is of.
    public let sequence: Int
    /// Its place among all events of the data set.
    public let event: Int
    /// The model's index of its state.
    public let state: Int
    /// The data set's id of its state.
    public let stateID: UInt32
    /// When it was complete, in nanoseconds; 0 where the data set has no times.
    public let time: UInt64
    /// Surprise, scores and, where it took its thread over a threshold, the verdict.
    public let scored: ScoredEvent
  }

  let loaded: LoadedModel
  let dataset: TraceDataset
  private let memory: UnsafeMutableRawBufferPointer
  private(set) var scorer: Scorer
  private let states: [UInt32: Int]
  /// Is shown the activations of a float32 network on sequences that are no attacks.
  var observe: ActivationObserver?

  /// How many sequences are scored side by side.
  let threads: Int

  /// Sequences that may be alive at once.
  private static let mostThreads = 16_384
  /// Up to so much memory it does not matter how many sequences are alive at once.
  private static let usualBytes = 256 << 20

  /// - Parameter model: states are matched by name; those that it does not know are unknown.
  /// - Throws: `TooManyThreads`, what reading throws.
  public init(_ model: LoadedModel, _ dataset: TraceDataset) throws {
    loaded = model
    self.dataset = dataset
    var threads = min(max(dataset.sequences.count, 2), Self.mostThreads)
    var byteCount = Scorer.byteCount(for: model.model, threads: threads)
    if byteCount > Self.usualBytes {
      threads = max(2, try TraceReplay.mostAlive(in: dataset))
      guard threads <= Self.mostThreads else { throw TooManyThreads(dataset, Self.mostThreads) }
      byteCount = Scorer.byteCount(for: model.model, threads: threads)
    }
    var base: UnsafeMutableRawPointer?
    guard posix_memalign(&base, 64, byteCount) == 0 else {
      throw TooManyThreads(dataset, threads, byteCount: byteCount)
    }
    self.threads = threads
    memory = UnsafeMutableRawBufferPointer(start: base, count: byteCount)
    scorer = Scorer(model: model.model, memory: memory, threads: threads)
    states = Self.states(of: dataset, in: model.model.vocabulary)
  }

  deinit { free(memory.baseAddress) }

  private static func states(
    of dataset: TraceDataset, in vocabulary: VocabularyView
  ) -> [UInt32: Int] {
    var states: [UInt32: Int] = [:]
    for entry in dataset.vocabulary {
      states[entry.id] = Array(entry.name.utf8).withUnsafeBytes {
        vocabulary.index(ofName: $0) ?? 0
      }
    }
    return states
  }

  /// What was seen so far.
  public var counters: ScoringCounters { scorer.counters }

  /// A hash over the bits of all scores so far.
  public var digest: ScoreDigest { scorer.digest }

  /// Scores all events in the order of their time.
  ///
  /// Sequences are told apart by their place in the data set, so that numbers in it that are not
  /// unique do no harm.
  ///
  /// - Parameters:
  ///   - body: called with every event.
  ///   - ended: called with every sequence after its last event.
  /// - Throws: what reading throws, what `body` throws, `TooManyThreads`.
  public func run(
    _ body: (Step) throws -> Void, ended: (_ sequence: Int) -> Void = { _ in }
  ) throws {
    let replay = TraceReplay(dataset)
    while let step = try replay.next() {
      let thread = Self.thread(step.sequence)
      switch step.record {
      case .event(let event):
        let state = states[event.state] ?? 0
        let isAttack = dataset.sequences.label(step.sequence) == .attack
        let scored = scorer.score(
          thread, state: state, time: event.time, observe: isAttack ? nil : observe)
        try body(
          Step(
            sequence: step.sequence, event: step.event ?? 0, state: state, stateID: event.state,
            time: event.time, scored: scored))
      case .fork:
        if let child = step.child { scorer.fork(parent: thread, child: Self.thread(child)) }
      case .exec(_, let name, _): scorer.exec(thread, name: name)
      case .exit:
        scorer.exit(thread)
        ended(step.sequence)
      case .lost(let count, _, _): scorer.lost(count, thread: thread)
      }
      if scorer.counters.evictions > 0 { throw TooManyThreads(dataset, threads) }
    }
  }

  static func thread(_ sequence: Int) -> ThreadID {
    ThreadID(pid: UInt32(sequence + 1), tid: UInt32(sequence + 1))
  }
}

/// More sequences of a data set overlap in time than can be scored side by side.
public struct TooManyThreads: Error, CustomStringConvertible {
  /// *file: fact; what to do*.
  public let description: String

  /// - Parameters:
  ///   - count: how many can be, or are, where there is no memory for them.
  ///   - byteCount: the memory that they would take; nil where it is not that.
  init(_ dataset: TraceDataset, _ count: Int, byteCount: Int? = nil) {
    let fact =
      byteCount.map {
        "\(count) sequences are alive at the same time, and there are no \($0 >> 20) MB to score them in;"
          + " split the data set, or train a smaller network"
      } ?? "more than \(count) sequences are alive at the same time; split the data set"
    description = "\(dataset.path): \(fact)"
  }
}
