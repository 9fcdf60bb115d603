import KernelTrace
import TestSupport
import Testing

/// A `TraceLine` that owns its bytes.
enum Line: Equatable {
  case blank
  case record(TraceRecord)
  case namedEvent(ThreadID, String, UInt64)

  init(_ text: String) throws(TraceTextError) { try self.init(Array(text.utf8)) }

  init(_ bytes: [UInt8]) throws(TraceTextError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(TraceTextError) in Line(try TraceLine(parsing: bytes)) }
    }
    self = try result.get()
  }

  private init(_ line: TraceLine) {
    switch line {
    case .blank: self = .blank
    case .record(let record): self = .record(record)
    case .namedEvent(let thread, let name, let time):
      self = .namedEvent(thread, String(decoding: name, as: UTF8.self), time)
    }
  }
}

@Suite struct TraceLineTests {
  static let thread = ThreadID(pid: 300, tid: 301)
  static let child = ThreadID(pid: 302, tid: 302)

  @Test(arguments: [
    ("", Line.blank), ("   \t ", .blank), ("# 300 301 read", .blank), (" #", .blank),
    ("\r\n", .blank), ("\n", .blank),
    ("300 301 read", .namedEvent(thread, "read", 0)),
    ("300 301 openat:rdonly 17\r\n", .namedEvent(thread, "openat:rdonly", 17)),
    ("\t300\t 301  4a\n", .namedEvent(thread, "4a", 0)),
    ("300 301 42", .record(.event(TraceEvent(thread: thread, state: 42, time: 0)))),
    (
      "300 301 4294967295 18446744073709551615",
      .record(.event(TraceEvent(thread: thread, state: .max, time: .max)))
    ),
    ("fork 300 301 302 302", .record(.fork(parent: thread, child: child, time: 0))),
    ("fork 300 301 302 302 9", .record(.fork(parent: thread, child: child, time: 9))),
    ("exec 300 301 nginx 5", .record(.exec(thread, name: ProgramName("nginx"), time: 5))),
    (
      "exec 300 301 systemd-journald",
      .record(.exec(thread, name: ProgramName("systemd-journal"), time: 0))
    ),
    ("exit 300 301", .record(.exit(thread, time: 0))),
    ("lost 7", .record(.lost(count: 7, thread: nil, time: 0))),
    ("lost 7 8", .record(.lost(count: 7, thread: nil, time: 8))),
    ("lost 7 300 301", .record(.lost(count: 7, thread: thread, time: 0))),
    ("lost 7 300 301 8", .record(.lost(count: 7, thread: thread, time: 8))),
  ])
  func lineMeans(text: String, expected: Line) throws {
    #expect(try Line(text) == expected)
  }

  @Test(arguments: [
    ("read 300 301", TraceTextError.unknownRecord(column: 1)),
    ("  forks 1 1 1 1", .unknownRecord(column: 3)),
    ("-1 1 read", .unknownRecord(column: 1)),
    ("300", .missing(.tid)), ("300 301", .missing(.state)), ("fork", .missing(.parentPID)),
    ("fork 1", .missing(.parentTID)), ("fork 1 1", .missing(.childPID)),
    ("fork 1 1 2", .missing(.childTID)), ("exec 1 1", .missing(.programName)),
    ("exit", .missing(.pid)), ("lost", .missing(.lostCount)),
    ("300 301 read 5 6", .unexpectedField(column: 16)),
    ("lost 1 2 3 4 5", .unexpectedField(column: 14)),
    ("exit 1 1 2 #", .unexpectedField(column: 12)),
    ("3o0 301 read", .notANumber(.pid, column: 1)),
    ("300 0x1 read", .notANumber(.tid, column: 5)),
    ("300 301 read 1.5", .notANumber(.time, column: 14)),
    ("lost -1", .notANumber(.lostCount, column: 6)),
    ("0 301 read", .outOfRange(.pid, column: 1)),
    ("300 4294967296 read", .outOfRange(.tid, column: 5)),
    ("300 301 4294967296", .outOfRange(.state, column: 9)),
    ("300 301 read 18446744073709551616", .outOfRange(.time, column: 14)),
    ("300 301 read 99999999999999999999999999", .outOfRange(.time, column: 14)),
    ("lost 18446744073709551616", .outOfRange(.lostCount, column: 6)),
    ("lost 1 0 5", .outOfRange(.pid, column: 8)),
    ("1 1 a\"b", .stateNameByte(found: 0x22, column: 6)),
    ("1 1 \u{e9}", .stateNameByte(found: 0xc3, column: 5)),
    ("1 1 a\0", .stateNameByte(found: 0, column: 6)),
    ("1 1 a\rb", .stateNameByte(found: 0x0d, column: 6)),
  ])
  func lineIsRefused(text: String, error: TraceTextError) {
    #expect(throws: error) { try Line(text) }
  }

  @Test func lengthsAreLimited() throws {
    let name = String(repeating: "a", count: 64)
    #expect(try Line("1 1 \(name)") == .namedEvent(ThreadID(pid: 1, tid: 1), name, 0))
    #expect(throws: TraceTextError.stateNameTooLong(length: 65, column: 5)) {
      try Line("1 1 \(name)a")
    }
    #expect(try Line(String(repeating: "#", count: 4096) + "\r\n") == .blank)
    #expect(throws: TraceTextError.lineTooLong) { try Line(String(repeating: "#", count: 4097)) }
  }

  @Test func randomRecordsComeBackFromText() throws {
    var random = SplitMix64(seed: 31)
    for _ in 0..<3000 {
      let record = TraceRecord.random(&random)
      var text: [UInt8] = []
      record.appendLine(to: &text)
      #expect(try Line(text) == .record(record))
    }
  }

  @Test func namesAndNamelessProgramsArePrinted() {
    var text: [UInt8] = []
    let event = TraceRecord.event(TraceEvent(thread: Self.thread, state: 7, time: 5))
    Array("read".utf8).withUnsafeBytes { event.appendLine(to: &text, stateName: $0) }
    TraceRecord.exec(Self.thread, name: ProgramName(), time: 0).appendLine(to: &text)
    #expect(String(decoding: text, as: UTF8.self) == "300 301 read 5\nexec 300 301 ?\n")
  }

  @Test func garbageNeverTraps() {
    var random = SplitMix64(seed: 32)
    let alphabet = Array("0129 \t#forkexitlost\"\\\r\u{0}\u{ff}".utf8)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = (0..<(random.next() % 24)).map { _ in
        alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      if (try? Line(bytes)) != nil { accepted += 1 }
    }
    #expect(accepted > 0 && accepted < 20_000)
  }

  @Test func errorsExplainThemselves() {
    #expect(
      TraceTextError.notANumber(.pid, column: 3).description
        == "PID in column 3 is not a number; write decimal digits")
    #expect(
      TraceTextError.missing(.childTID).description
        == "ends before CHILD_TID; write all fields of the record")
  }
}
