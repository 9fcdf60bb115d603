/// The header of a message to the system's log, after RFC 5424:
/// `<PRI>1 TIMESTAMP HOST mle-player PID MSGID - `.
struct SyslogFrame {
  enum Severity: UInt64 {
    case critical = 2
    case warning = 4
    case notice = 5
  }

  let severity: Severity
  /// Nanoseconds since 1970.
  let time: UInt64
  /// Ended by a zero; an empty name counts as not known.
  let host: UnsafePointer<CChar>
  let pid: UInt64

  /// Security and authorization messages that not everybody may read (`authpriv`).
  private static let facility: UInt64 = 10

  /// Writes it; the message follows.
  func write(to output: inout Output) {
    output.put("<")
    output.put(Self.facility * 8 + severity.rawValue)
    output.put(">1 ")
    output.put(utc: time)
    output.put(" ")
    if host[0] == 0 { output.put("-") } else { output.put(cString: host) }
    output.put(" mle-player ")
    output.put(pid)
    output.put(" alert - ")
  }
}

extension Output {
  /// A time since 1970 as RFC 3339 has it, to the microsecond.
  mutating func put(utc nanoseconds: UInt64) {
    let seconds = nanoseconds / 1_000_000_000
    let date = CivilDate(daysSince1970: seconds / 86_400)
    put(date.year, width: 4)
    put("-")
    put(date.month, width: 2)
    put("-")
    put(date.day, width: 2)
    put("T")
    put(seconds / 3600 % 24, width: 2)
    put(":")
    put(seconds / 60 % 60, width: 2)
    put(":")
    put(seconds % 60, width: 2)
    put(".")
    put(nanoseconds / 1000 % 1_000_000, width: 6)
    put("Z")
  }
}

/// A day of the Gregorian calendar.
struct CivilDate: Equatable {
  var year: UInt64
  var month: UInt64
  var day: UInt64

  /// After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so
  /// that the leap day is their last.
  init(daysSince1970: UInt64) {
    let shifted = daysSince1970 + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + 400 * era + (month <= 2 ? 1 : 0)
  }
}
