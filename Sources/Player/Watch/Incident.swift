import KernelTrace

/// A response that is under way: the processes it has stopped or killed and that have not ended yet.
struct Incident {
  let number: UInt32
  /// Who raised the alarm.
  let thread: ThreadID
  /// When it did what raised it, in nanoseconds.
  let time: UInt64
  /// When its processes are killed; nil once they are.
  var killTime: UInt64?
  /// Processes reached, and those of them that are there still.
  var processes = 0
  var remaining = 0
  /// What they did after the event that raised the alarm: how many events, and when the last one.
  var eventsAfter: UInt64 = 0
  /// Not any more once what was stopped is killed, for a call that is broken off then ends.
  var isCounting = true
  var lastEventTime: UInt64
  /// Whether the whole cgroup is frozen for it.
  var holdsCgroup = false

  init(number: UInt32, thread: ThreadID, time: UInt64, killTime: UInt64?) {
    self.number = number
    self.thread = thread
    self.time = time
    self.killTime = killTime
    lastEventTime = time
  }
}
