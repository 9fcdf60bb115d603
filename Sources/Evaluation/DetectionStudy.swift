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
/// It is fed every scored event in the order of time. An event that takes a thread, whichever, over a
/// channel's threshold is an alarm, as for the player: in a run, which is found at its first, or outside of
/// every run a false one.
public struct DetectionStudy {
  /// The channels under study, with their thresholds.
  public let channels: [DetectionChannel]
  /// How long there was no run, in nanoseconds; nil where there are no times.
  public let normalTime: UInt64?
  /// One outcome a run, in the order of the runs.
  public private(set) var outcomes: [Outcome]
  /// Alarms outside of every run.
  public private(set) var falseAlarms = 0
  /// Events outside of every run.
  public private(set) var eventsOutside = 0

  /// What became of one run.
  public struct Outcome: Sendable {
    /// The run.
    public let run: AttackRun
    /// Events of all threads in the run so far.
    public internal(set) var events = 0
    /// The first event that took a thread over the threshold.
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
  /// Of threads that are over any: the channels that are over their thresholds, as bits.
  private var alarming: [UInt32: UInt8] = [:]

  /// - Parameters:
  ///   - runs: in the order of their start, not overlapping.
  ///   - normalTime: how long there is no run, in nanoseconds, if that is known.
  public init(channels: [DetectionChannel], runs: [AttackRun], normalTime: UInt64? = nil) {
    self.channels = channels
    self.normalTime = normalTime
    outcomes = runs.map { Outcome(run: $0) }
  }

  /// A study of alarms that somebody else raises, for `add(isOver:tid:time:)`.
  init(_ runs: AttackRuns) {
    self.init(channels: [], runs: runs.runs, normalTime: runs.normalTime)
  }

  /// Takes one scored event of the thread numbered `tid`.
  ///
  /// - Parameters:
  ///   - scores: those of the channels.
  ///   - pastEvents: the thread's events so far.
  public mutating func add(
    _ scores: InlineArray<4, Score>, pastEvents: UInt64, tid: UInt32, time: UInt64
  ) {
    var over: UInt8 = 0
    for index in channels.indices
    where channels[index].judges(afterEvents: pastEvents)
      && scores[index].isOver(channels[index].threshold)
    {
      over |= 1 << index
    }
    add(over: over, tid: tid, time: time)
  }

  /// Takes one event of the thread numbered `tid`, after which it is over the threshold or not.
  mutating func add(isOver: Bool, tid: UInt32, time: UInt64) {
    add(over: isOver ? 1 : 0, tid: tid, time: time)
  }

  private mutating func add(over: UInt8, tid: UInt32, time: UInt64) {
    while current < outcomes.count, outcomes[current].run.time.upperBound < time { current += 1 }
    let before = alarming[tid] ?? 0
    alarming[tid] = over == 0 ? nil : over
    let isAlarm = over & ~before != 0
    if run(at: time) != nil {
      addInside(isAlarm: isAlarm, time: time)
    } else {
      eventsOutside += 1
      if isAlarm { falseAlarms += 1 }
    }
  }

  /// The run that is on at the time of the latest event.
  private func run(at time: UInt64) -> Int? {
    current < outcomes.count && outcomes[current].run.time.contains(time) ? current : nil
  }

  private mutating func addInside(isAlarm: Bool, time: UInt64) {
    outcomes[current].events += 1
    if isAlarm && outcomes[current].alarm == nil {
      outcomes[current].alarm = Alarm(
        event: outcomes[current].events, delay: time - outcomes[current].run.time.lowerBound)
    }
  }

  /// A thread ended; its number may be another's next.
  public mutating func end(tid: UInt32) { alarming[tid] = nil }

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
    /// The number of events within which nine of ten of those found were.
    public let slowEvents: Int?
    /// The median of the nanoseconds to the alarm, of those found.
    public let medianDelay: UInt64?
    /// The nanoseconds within which nine of ten of those found were.
    public let slowDelay: UInt64?

    init(kind: String, outcomes: [Outcome]) {
      self.kind = kind
      runs = outcomes.count
      let alarms = outcomes.compactMap(\.alarm)
      found = alarms.count
      medianEvents = median(alarms.map(\.event))
      slowEvents = quantile(alarms.map(\.event), 0.9)
      medianDelay = median(alarms.map(\.delay))
      slowDelay = quantile(alarms.map(\.delay), 0.9)
    }
  }
}

/// The lower median.
func median<Value: Comparable>(_ values: [Value]) -> Value? { quantile(values, 0.5) }

/// The smallest value that at least the share `q` of all values, in 0...1, is not over.
func quantile<Value: Comparable>(_ values: [Value], _ q: Double) -> Value? {
  // Less than a billionth of a value over a whole number is rounding of q.
  let rank = Int((q * Double(values.count) - 1e-9).rounded(.up))
  return values.isEmpty ? nil : values.sorted()[min(max(rank, 1), values.count) - 1]
}
