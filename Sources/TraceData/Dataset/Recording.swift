/// One of the inputs that a data set was made of.
public struct Recording: Equatable, Sendable {
  /// The time of its first event, in nanoseconds; 0 without times.
  public var start: UInt64
  /// The time of its last event, not before `start`.
  public var end: UInt64
  /// How many records its source says it lost.
  public var lost: UInt64

  /// A recording.
  public init(start: UInt64, end: UInt64, lost: UInt64) {
    self.start = start
    self.end = end
    self.lost = lost
  }

  /// How many records the sources of all of them say they lost; at most `UInt64.max`.
  public static func lostRecords(_ recordings: [Recording]) -> UInt64 {
    sum(recordings.map(\.lost))
  }

  /// A sum of losses or nanoseconds, at most `UInt64.max`: a file may say anything.
  public static func sum(_ numbers: [UInt64]) -> UInt64 {
    numbers.reduce(0) { sum, number in
      let (sum, overflow) = sum.addingReportingOverflow(number)
      return overflow ? .max : sum
    }
  }

  /// Whether any two were going on at the same time: of several devices, or of clocks that began anew.
  public static func overlap(_ recordings: [Recording]) -> Bool {
    let sorted = recordings.sorted { $0.start < $1.start }
    var latest: UInt64?
    for recording in sorted {
      if let latest, recording.start < latest { return true }
      latest = max(latest ?? 0, recording.end)
    }
    return false
  }

  /// What of it is before `time`, or from there on; nil where that is nothing. What it lost may have been
  /// in either.
  func part(_ isRest: Bool, cutAt time: UInt64) -> Recording? {
    guard isRest ? end >= time : start < time else { return nil }
    return isRest
      ? Recording(start: max(start, time), end: end, lost: lost)
      : Recording(start: start, end: min(end, time), lost: lost)
  }
}
