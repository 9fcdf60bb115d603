import KernelTrace
import LiveTrace
import Scoring

/// What an alert says besides its verdict.
struct AlertDetails {
  var response: Response
  /// From the event to when the response was done, in nanoseconds.
  var delay: UInt64
  /// Whom the blob is for.
  var service: ProgramName
  /// Of an incident that was begun: its number and how many processes it reached; 0: none.
  var incident: UInt32 = 0
  var processes = 0
  /// Events of all that was reached up to here, and of what it had made and that had ended.
  var jobEvents: UInt64 = 0
}

/// The JSON lines of `mle-player watch`.
extension Output {
  /// The fields that an alert adds to its verdict's.
  mutating func put(_ details: AlertDetails) {
    put(",\"service\":\"")
    put(details.service)
    put("\",\"action\":\"")
    put(details.response.action.word)
    put("\"")
    if let reason = details.response.reason {
      put(",\"reason\":\"")
      put(reason)
      put("\"")
    }
    if case .failed(let code) = details.response {
      put(",\"errno\":")
      put(Int(code))
    }
    put(",\"delay_us\":")
    put(details.delay / 1000)
    if details.incident > 0 {
      put(",\"incident\":")
      put(UInt64(details.incident))
      put(",\"processes\":")
      put(details.processes)
      put(",\"job_events\":")
      put(details.jobEvents)
    }
  }

  /// An incident all processes of which have ended.
  mutating func put(_ incident: Incident) {
    put("{\"incident\":")
    put(UInt64(incident.number))
    put(",\"ended\":\"")
    put(incident.killTime == nil ? "killed" : "exited")
    put("\",\"pid\":")
    put(UInt64(incident.thread.pid))
    put(",\"processes\":")
    put(incident.processes)
    put(",\"events_after\":")
    put(incident.eventsAfter)
    put(",\"last_event_us\":")
    put((incident.lastEventTime &- incident.time) / 1000)
    put("}")
  }

  /// A change of how many processes are not scored.
  mutating func putOverload(shares: Int, lag: UInt64, at time: UInt64) {
    put("{\"overload\":\"")
    put(shares == 0 ? "over" : "shedding")
    put("\",\"time_ns\":")
    put(time)
    put(",\"shares_shed\":")
    put(shares)
    put(",\"shares\":")
    put(LoadShedder.shares)
    put(",\"lag_us\":")
    put(lag / 1000)
    put("}")
  }
}

extension Response {
  /// Why a process was spared.
  var reason: StaticString? {
    guard case .spared(let reason) = self else { return nil }
    return switch reason {
    case .lossy: "lossy"
    case .newcomer: "newcomer"
    case .allowed: "allowed"
    case .protected: "protected"
    case .budgetSpent: "budget"
    case .ended: "ended"
    }
  }

  /// How urgent it is, as syslog counts: critical where something was stopped or could not be,
  /// else a warning.
  var severity: SyslogFrame.Severity {
    switch self {
    case .stopped, .killed, .failed: .critical
    case .observed, .alerted, .spared: .warning
    }
  }
}

extension Response.Action {
  /// What alerts and metrics call it.
  var word: StaticString {
    switch self {
    case .observed: "observed"
    case .alerted: "alerted"
    case .spared: "spared"
    case .stopped: "stopped"
    case .killed: "killed"
    case .failed: "failed"
    }
  }
}
