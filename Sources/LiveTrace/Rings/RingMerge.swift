/// The rings of all CPUs as one stream in the order of time.
///
/// Each ring is in order by itself. What is not to be given yet stays in its ring, so that the rings
/// are all the memory that a backlog takes.
struct RingMerge {
  private var rings: [Ring]

  init(_ rings: [Ring]) { self.rings = rings }

  /// Gives all records that happened at `limit` or before and that the kernel has written by now.
  ///
  /// Where `limit` was taken before this is called, a record never comes before one that caused it:
  /// the cause is in its ring by then.
  ///
  /// - Parameters:
  ///   - limit: in nanoseconds, below `UInt64.max`.
  ///   - body: takes a record and its time. What it points to is valid during the call.
  mutating func drain(upTo limit: UInt64, _ body: (PerfRecord, UInt64) -> Void) {
    for index in rings.indices { rings[index].refresh() }
    while true {
      var (first, time, bound) = (-1, UInt64.max, limit)
      for index in rings.indices {
        let next = rings[index].time
        if next < time {
          if first >= 0, time < bound { bound = time }
          (first, time) = (index, next)
        } else if next < bound {
          bound = next
        }
      }
      guard first >= 0, time <= limit else { break }
      drain(first, upTo: bound, body)
    }
    for index in rings.indices { rings[index].release() }
  }

  private mutating func drain(
    _ index: Int, upTo bound: UInt64, _ body: (PerfRecord, UInt64) -> Void
  ) {
    repeat {
      body(PerfRecord(rings[index].record), rings[index].time)
      rings[index].advance()
    } while rings[index].time <= bound && rings[index].time != .max
  }
}
