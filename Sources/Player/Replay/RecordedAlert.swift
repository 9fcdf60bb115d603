/// An alert as the player wrote it once, and what became of it in a replay.
struct RecordedAlert {
  /// Where it can be found again: by the event's time, or where there was none by its number.
  enum Place: Hashable {
    case time(UInt64, pid: UInt64, tid: UInt64)
    case event(UInt64)
  }

  /// A field with other values then and now.
  struct Difference: Equatable {
    let field: [UInt8]
    /// Of a list, which element is the first that differs.
    var element: Int?
    /// JSON; nil: it is not there.
    var alert: [UInt8]?
    var here: [UInt8]?
  }

  enum Outcome: Equatable {
    /// The capture has no such event.
    case missing
    /// The event is there; where nothing differs, the alert came out to the last bit.
    case found([Difference])
  }

  /// Where one is whose times are those of another recording: by the number of the thread's event.
  struct ThreadPlace: Hashable {
    let pid, tid, event: UInt64
  }

  let members: [JSONText.Member]
  let place: Place
  let threadPlace: ThreadPlace?
  var outcome = Outcome.missing

  /// Nil for a line that is no alert, such as one about the end of an incident.
  init?(_ members: [JSONText.Member]) {
    self.members = members
    guard Self.value("verdict", of: members).map({ $0 == "\"anomalous\"".bytes }) == true,
      let event = Self.number("event", of: members), let time = Self.number("time_ns", of: members),
      let pid = Self.number("pid", of: members), let tid = Self.number("tid", of: members)
    else { return nil }
    place = time == 0 ? .event(event) : .time(time, pid: pid, tid: tid)
    threadPlace = Self.number("thread_event", of: members).map {
      ThreadPlace(pid: pid, tid: tid, event: $0)
    }
  }

  /// Whether it lists the events behind it.
  var isExplained: Bool { Self.value("window", of: members) != nil }

  func value(_ field: String) -> [UInt8]? { Self.value(field, of: members) }

  private static func value(
    _ field: String, of members: [JSONText.Member]
  ) -> [UInt8]? {
    members.first { $0.key == field.bytes }?.value
  }

  private static func number(_ field: String, of members: [JSONText.Member]) -> UInt64? {
    guard let digits = value(field, of: members), digits.count <= 20 else { return nil }
    return UInt64(String(decoding: digits, as: UTF8.self))
  }

  /// Compares with the same alert of today. What only the alert has, such as what was done about it,
  /// does not count. Of several events at its place the first one that is the same counts.
  ///
  /// - Parameter byThread: whether it was found by its thread's event, at another time.
  mutating func compare(with line: [UInt8], byThread: Bool) {
    var text = JSONText(line)
    let fields = (try? text.nextObject()) ?? []
    let differences: [Difference] = fields.compactMap { field in
      if byThread, field.key == "time_ns".bytes { return nil }
      let recorded = members.first { $0.key == field.key }?.value
      return recorded == field.value
        ? nil : Self.difference(field.key, recorded, field.value)
    }
    if case .found = outcome, !differences.isEmpty { return }
    outcome = .found(differences)
  }

  /// The event is there, but takes no thread over the threshold.
  ///
  /// - Parameters:
  ///   - model: the name of the blob, as JSON.
  ///   - score: of the alert's channel; nil where the blob has no such channel.
  mutating func foundNoVerdict(model: [UInt8], score: [UInt8]?) {
    if case .found = outcome { return }
    let here = [("verdict", "null".bytes), ("score", score), ("model", model)]
    outcome = .found(
      here.compactMap { field, now in
        let then = value(field)
        return then == now ? nil : Difference(field: field.bytes, alert: then, here: now)
      })
  }

  /// Of lists, the first elements that differ.
  private static func difference(
    _ field: [UInt8], _ alert: [UInt8]?, _ here: [UInt8]
  ) -> Difference {
    guard let alert, alert.first == UInt8(ascii: "["), here.first == UInt8(ascii: "[") else {
      return Difference(field: field, alert: alert, here: here)
    }
    var (recorded, found) = (JSONText(alert), JSONText(here))
    let (a, b) = ((try? recorded.array()) ?? [], (try? found.array()) ?? [])
    let index = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
    return Difference(
      field: field, element: index, alert: index < a.count ? a[index] : nil,
      here: index < b.count ? b[index] : nil)
  }
}
