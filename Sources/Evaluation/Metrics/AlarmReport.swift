/// What a threshold finds and what it flags by mistake.
public struct AlarmReport: Encodable, Sendable {
  /// How the threshold came about.
  public let rule: String
  /// Scores over it alarm, in nats.
  public let threshold: Double
  /// The share of normal traces that alarm.
  public let falsePositiveRate: Double?
  /// The share of attack traces that alarm.
  public let truePositiveRate: Double?
  /// F1 over traces.
  public let f1: Double?
  /// On data without attacks.
  public let normal: FalseAlarms?
  /// On data with attacks, outside of their runs.
  public let betweenAttacks: FalseAlarms?
  /// All runs.
  public let runs: FoundRuns?
  /// The runs of each kind.
  public let kinds: [FoundRuns]
}

/// Times that a thread went over a threshold where there was no attack.
public struct FalseAlarms: Encodable, Sendable {
  /// How many.
  public let alarms: Int
  /// Among how many events.
  public let events: Int
  /// For a million events; nil without events.
  public let perMillionEvents: Double?
  /// For an hour of recorded time; nil without times.
  public let perHour: Double?

  init(_ study: DetectionStudy) {
    let count = study.falseAlarms
    alarms = count
    events = study.eventsOutside
    perMillionEvents = events == 0 ? nil : Double(count) * 1e6 / Double(events)
    perHour = study.normalTime.flatMap { $0 == 0 ? nil : Double(count) * 3.6e12 / Double($0) }
  }
}

/// What became of the runs of one kind of attack, or of all.
public struct FoundRuns: Encodable, Sendable {
  /// Which attack.
  public let kind: String
  /// How many runs there were.
  public let runs: Int
  /// How many were found.
  public let found: Int
  /// Of those found, the median of the events of all processes from the start of the run to the alarm.
  public let medianEvents: Int?
  /// The events that nine of ten need at most.
  public let slowEvents: Int?
  /// The median of the time to the alarm; nil without times.
  public let medianMilliseconds: Double?
  /// The time that nine of ten need at most.
  public let slowMilliseconds: Double?

  init(_ row: DetectionStudy.Row, hasTimes: Bool) {
    kind = row.kind
    runs = row.runs
    found = row.found
    medianEvents = row.medianEvents
    slowEvents = row.slowEvents
    medianMilliseconds = hasTimes ? row.medianDelay.map { Double($0) / 1e6 } : nil
    slowMilliseconds = hasTimes ? row.slowDelay.map { Double($0) / 1e6 } : nil
  }
}
