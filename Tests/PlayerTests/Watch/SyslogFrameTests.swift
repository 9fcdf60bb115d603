import Foundation
import TestSupport
import Testing

@testable import Player

@Suite struct SyslogFrameTests {
  @Test func aFrameIsAsRFC5424HasIt() throws {
    let text = try written { output in
      "router".withCString { host in
        SyslogFrame(severity: .critical, time: 1_764_000_000_123_456_789, host: host, pid: 42)
          .write(to: &output)
      }
    }
    // authpriv is 10, critical 2: 10 * 8 + 2. `date -u -d @1764000000` says the time.
    #expect(text == "<82>1 2025-11-24T16:00:00.123456Z router mle-player 42 alert - ")
  }

  @Test func whatWasDoneAndWhatCouldNotBeIsCritical() {
    let critical: [Response] = [.stopped(killTime: 1), .killed, .failed(code: 1)]
    #expect(critical.allSatisfy { $0.severity == .critical })
    let others: [Response] = [.observed, .alerted, .spared(.lossy)]
    #expect(others.allSatisfy { $0.severity == .warning })
  }

  @Test func aHostWithoutANameIsADash() throws {
    let text = try written { output in
      "".withCString { host in
        SyslogFrame(severity: .warning, time: 0, host: host, pid: 1).write(to: &output)
      }
    }
    #expect(text == "<84>1 1970-01-01T00:00:00.000000Z - mle-player 1 alert - ")
  }

  @Test func everyDayFor400YearsIsTheCalendars() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: 0, to: 146_097, by: 1) {
      // The whole calendar around its leap days, every ninth day elsewhere.
      guard day % 9 == 0 || (50..<70).contains(day % 365) else { continue }
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      let date = CivilDate(daysSince1970: UInt64(day))
      #expect(
        parts.year == Int(date.year) && parts.month == Int(date.month)
          && parts.day == Int(date.day))
    }
  }
}
