import ModelFormat
import Scoring

/// A stretch of time in which one attack ran.
public struct AttackRun: Equatable, Sendable {
  /// Which attack, e.g. `inj_id`.
  public let kind: String
  /// Both ends included, in the source's nanoseconds.
  public let time: ClosedRange<UInt64>

  /// An attack.
  public init(kind: String, time: ClosedRange<UInt64>) {
    self.kind = kind
    self.time = time
  }
}

/// Which attacks a detector's thresholds would have found, when, and what they would have flagged
/// besides.
///
/// It is fed every scored event in the order of time. A thread is anomalous while any channel's score
/// is over its threshold. A run is found at its first event of an anomalous thread, whichever; a thread
/// that becomes anomalous outside of every run is a false alarm.
public struct DetectionStudy {
  /// The channels under study, with their thresholds.
  public let channels: [DetectionChannel]
  /// One outcome a run, in the order of the runs.
  public private(set) var outcomes: [Outcome]
  /// Times that a thread became anomalous outside of every run.
  public private(set) var falseAlarms = 0
  /// Events outside of every run.
  public private(set) var eventsOutside = 0

  /// What became of one run.
  public struct Outcome: Sendable {
    /// The run.
    public let run: AttackRun
    /// Events of all threads in the run so far.
    public internal(set) var events = 0
    /// The first channel's largest score.
    public internal(set) var largest = Score(sum: 0, weight: 0)
    /// The first event over the threshold.
    public internal(set) var alarm: Alarm?
  }

  /// When a run was found.
  public struct Alarm: Equatable, Sendable {
    /// Which event of the run, from 1.
    public let event: Int
    /// Nanoseconds after its start.
    public let delay: UInt64
  }

  private var current = 0
  private var alarming: Set<UInt32> = []

  /// - Parameter runs: in the order of their start, not overlapping.
  public init(channels: [DetectionChannel], runs: [AttackRun]) {
    self.channels = channels
    outcomes = runs.map { Outcome(run: $0) }
  }

  /// Takes one scored event of the thread numbered `tid`.
  ///
  /// - Parameters:
  ///   - scores: those of the channels.
  ///   - pastEvents: the thread's events so far.
  public mutating func add(
    _ scores: InlineArray<4, Score>, pastEvents: UInt64, tid: UInt32, time: UInt64
  ) {
    while current < outcomes.count, outcomes[current].run.time.upperBound < time { current += 1 }
    let isInside = current < outcomes.count && outcomes[current].run.time.contains(time)
    let isOver = channels.indices.contains {
      channels[$0].judges(afterEvents: pastEvents) && scores[$0].isOver(channels[$0].threshold)
    }
    let isNew = isOver ? alarming.insert(tid).inserted : alarming.remove(tid) != nil
    if isInside {
      let counts = channels[0].judges(afterEvents: pastEvents)
      addInside(counts ? scores[0] : Score(sum: 0, weight: 0), isOver: isOver, time: time)
    } else {
      eventsOutside += 1
      if isOver && isNew { falseAlarms += 1 }
    }
  }

  private mutating func addInside(_ score: Score, isOver: Bool, time: UInt64) {
    outcomes[current].events += 1
    if score.isLarger(than: outcomes[current].largest) {
      outcomes[current].largest = score
    }
    if isOver && outcomes[current].alarm == nil {
      outcomes[current].alarm = Alarm(
        event: outcomes[current].events, delay: time - outcomes[current].run.time.lowerBound)
    }
  }

  /// A thread ended; its number may be another's next.
  public mutating func end(tid: UInt32) { alarming.remove(tid) }

  /// One row a kind of attack, in alphabetical order.
  public var rows: [Row] {
    Dictionary(grouping: outcomes) { $0.run.kind }
      .map { Row(kind: $0.key, outcomes: $0.value) }
      .sorted { $0.kind < $1.kind }
  }

  /// What became of the runs of one kind.
  public struct Row: Sendable {
    /// Which attack.
    public let kind: String
    /// How many runs there were.
    public let runs: Int
    /// How many were found.
    public let found: Int
    /// The median number of events from the start of a run to its alarm, of those found.
    public let medianEvents: Int?
    /// The median of the nanoseconds to the alarm, of those found.
    public let medianDelay: UInt64?

    init(kind: String, outcomes: [Outcome]) {
      self.kind = kind
      runs = outcomes.count
      let alarms = outcomes.compactMap(\.alarm)
      found = alarms.count
      medianEvents = median(alarms.map(\.event))
      medianDelay = median(alarms.map(\.delay))
    }
  }
}

/// The lower median.
func median<Value: Comparable>(_ values: [Value]) -> Value? {
  values.isEmpty ? nil : values.sorted()[(values.count - 1) / 2]
}
