/// What a watch has done since it began.
struct WatchCounters {
  /// Events scored.
  var scoredEvents: UInt64 = 0
  /// Events of processes that no blob is for, and of those that were shed.
  var unassignedEvents: UInt64 = 0
  var shedEvents: UInt64 = 0
  /// Processes shed, each time anew.
  var shedProcesses: UInt64 = 0
  /// Verdicts by what was done, by `Response.Action`.
  var responses = InlineArray<6, UInt64>(repeating: 0)
  /// Verdicts on processes that had been stopped already.
  var repeated: UInt64 = 0
  var incidents: UInt64 = 0
  /// Processes that were sent a signal to end.
  var killedProcesses: UInt64 = 0
  /// Time that scoring and responding took, in nanoseconds.
  var busyTime: UInt64 = 0
  var reloads: UInt64 = 0
  var refusedReloads: UInt64 = 0

  /// Verdicts, whatever was done about them.
  var verdicts: UInt64 {
    var sum = repeated
    for action in Response.Action.allCases { sum += responses[action.rawValue] }
    return sum
  }
}
