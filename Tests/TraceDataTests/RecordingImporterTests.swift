import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import TraceData

/// Everything an importer said about `text`.
struct ImportedRecording {
  private(set) var records: [TraceRecord] = []
  private(set) var names: [UInt32: String] = [0: "unknown"]

  init(_ text: String, window: Int = 1000, chunk: Int = .max) throws {
    try self.init(bytes: Array(text.utf8), window: window, chunk: chunk)
  }

  init(bytes: [UInt8], window: Int = 1000, chunk: Int = .max) throws {
    let log = RecordLog()
    var importer = RecordingImporter(
      file: "a.txt", reorderWindow: window, nameState: { log.names.append(($0, $1)) },
      sink: { log.records.append($0) })
    var rest = bytes[...]
    while !rest.isEmpty {
      try rest.prefix(chunk).withUnsafeBytes { try importer.feed($0) }
      rest = rest.dropFirst(chunk)
    }
    try importer.finish()
    records = log.records
    for (state, name) in log.names {
      #expect(names.updateValue(name, forKey: state) == nil, "\(name) was named twice")
    }
  }

  /// Calls that the alphabet does not have.
  var unknownCallCount: Int {
    records.count { if case .event(let event) = $0 { event.state == 0 } else { false } }
  }

  /// The records as lines of the text protocol.
  var lines: [String] { records.map { line($0) } }

  private func line(_ record: TraceRecord) -> String {
    switch record {
    case .event(let event):
      "\(event.thread.pid) \(event.thread.tid) \(names[event.state] ?? "?") \(event.time)"
    case .fork(let parent, let child, let time):
      "fork \(parent.pid) \(parent.tid) \(child.pid) \(child.tid) \(time)"
    case .exec(let thread, let name, let time):
      "exec \(thread.pid) \(thread.tid) \(Self.text(name)) \(time)"
    case .exit(let thread, let time): "exit \(thread.pid) \(thread.tid) \(time)"
    case .lost(let count, _, let time): "lost \(count) \(time)"
    }
  }

  private static func text(_ name: ProgramName) -> String {
    String(decoding: (0..<name.count).map { name[$0] }, as: UTF8.self)
  }
}

private final class RecordLog {
  var records: [TraceRecord] = []
  var names: [(UInt32, String)] = []
}

@Suite struct RecordingImporterTests {
  @Test func eventsAreInTheOrderOfReturn() throws {
    let recording = try ImportedRecording(
      """
      100 5 5 sh wait4 ffffffff 0 0 0 0 0 9 900 - -
      200 7 7 cat read 0 0 0 0 0 0 10 50 p -
      240 7 7 cat write 1 0 0 0 0 0 10 5 s4 -

      """)
    #expect(
      recording.lines == [
        "exec 7 7 cat 245", "7 7 write:inet:small 245", "7 7 read:pipe:small 250",
        "exec 5 5 sh 1000", "5 5 wait4:block:child 1000",
      ])
  }

  @Test func aForkComesAtTheEntryOfItsCall() throws {
    // The child runs a program and ends before vfork returns.
    let recording = try ImportedRecording(
      """
      90 5 5 sh getpid 0 0 0 0 0 0 5 1 - -
      110 6 6 sh dup2 4 1 0 0 0 0 1 5 s4 -
      120 6 6 sh execve 1 2 3 0 0 0 0 30 - /bin/ls
      160 6 6 ls exit_group 0 0 0 0 0 0 0 0 - -
      100 5 5 sh vfork 10000 0 0 0 0 0 6 70 - -
      180 5 5 sh clone 1200011 0 0 0 0 0 7 9 - -

      """)
    #expect(
      recording.lines == [
        "exec 5 5 sh 91", "5 5 getpid:ok 91", "fork 5 5 6 6 100",
        "6 6 dup2:inet:stdout:ok 115", "6 6 execve:program:ok 150", "exec 6 6 ls 150",
        "6 6 exit_group:ok 160", "exit 6 6 160",
        "5 5 clone:vfork:ok 170", "fork 5 5 7 7 180", "5 5 clone:process:ok 189",
      ])
  }

  @Test func threadsEndWithTheirProcess() throws {
    let recording = try ImportedRecording(
      """
      100 5 5 d clone 3d0f00 0 0 0 0 0 6 10 - -
      120 5 5 d clone3 7ffe0000 58 0 0 0 0 7 10 - -
      140 5 5 d clone3 7ffe0000 58 0 0 0 0 8 10 - -
      160 5 7 worker brk 0 0 0 0 0 0 0 1 - -
      170 8 8 d brk 1000 0 0 0 0 0 0 1 - -
      180 5 6 d exit 0 0 0 0 0 0 0 0 - -
      190 5 7 worker exit_group 1 0 0 0 0 0 0 0 - -

      """)
    #expect(
      recording.lines == [
        "exec 5 5 d 100", "fork 5 5 5 6 100", "5 5 clone:thread:ok 110", "fork 5 5 5 7 120",
        "5 5 clone:hidden:ok 130", "fork 5 5 8 8 140", "5 5 clone:hidden:ok 150",
        "5 7 brk:query 161", "8 8 brk:set 171", "5 6 exit:ok 180", "exit 5 6 180",
        "5 7 exit_group:failed 190", "exit 5 5 190", "exit 5 7 190",
      ])
  }

  @Test func anExecEndsTheOtherThreads() throws {
    let recording = try ImportedRecording(
      """
      100 5 5 d clone 3d0f00 0 0 0 0 0 6 10 - -
      120 5 5 d execve 1 2 3 0 0 0 -2 10 - /bin/no
      140 5 5 d execve 1 2 3 0 0 0 0 10 - /opt/long-program-name
      """)
    #expect(
      recording.lines == [
        "exec 5 5 d 100", "fork 5 5 5 6 100", "5 5 clone:thread:ok 110",
        "5 5 execve:program:missing 130", "exit 5 6 150", "5 5 execve:abs:ok 150",
        // There is no next line: the name is the file's, cut as the kernel cuts it.
        "exec 5 5 long-program-na 150",
      ])
  }

  /// As the live source tells it, `ExecJoiningTests.anotherThreadsExecTakesTheFirstOnesPlace`.
  @Test func anotherThreadsExecTakesTheFirstOnesPlace() throws {
    let recording = try ImportedRecording(
      """
      90 7 7 d getppid 0 0 0 0 0 0 1 1 - -
      100 7 7 d clone 3d0f00 0 0 0 0 0 8 10 - -
      120 7 7 d clone 3d0f00 0 0 0 0 0 9 10 - -
      140 7 8 d execve 1 2 3 0 0 0 0 10 - /proc/self/exe
      160 7 7 sh getppid 0 0 0 0 0 0 1 1 - -
      """)
    #expect(
      recording.lines == [
        "exec 7 7 d 91", "7 7 getppid:ok 91", "fork 7 7 7 8 100", "7 7 clone:thread:ok 110",
        "fork 7 7 7 9 120", "7 7 clone:thread:ok 130", "exit 7 7 150", "exit 7 9 150",
        "fork 7 8 7 7 150", "exit 7 8 150", "7 7 execve:procself:ok 150", "exec 7 7 sh 150",
        "7 7 getppid:ok 161",
      ])
  }

  @Test func aFirstThreadThatHasEndedDoesNotEndAgain() throws {
    let recording = try ImportedRecording(
      """
      100 7 7 d clone 3d0f00 0 0 0 0 0 8 10 - -
      120 7 7 d exit 0 0 0 0 0 0 0 0 - -
      140 7 8 d execve 1 2 3 0 0 0 0 10 - /bin/sh
      160 7 7 sh getppid 0 0 0 0 0 0 1 1 - -
      """)
    #expect(
      recording.lines == [
        "exec 7 7 d 100", "fork 7 7 7 8 100", "7 7 clone:thread:ok 110", "7 7 exit:ok 120",
        "exit 7 7 120", "fork 7 8 7 7 150", "exit 7 8 150", "7 7 execve:program:ok 150",
        "exec 7 7 sh 150", "7 7 getppid:ok 161",
      ])
  }

  @Test func anExecNamesTheThreadAsItsNextLineDoes() throws {
    let recording = try ImportedRecording(
      """
      100 5 5 sh execve 1 2 3 0 0 0 0 10 - /bin/a
      120 5 5 a execve 1 2 3 0 0 0 0 10 - /proc/self/exe
      140 5 5 web server brk 0 0 0 0 0 0 0 1 - -
      """)
    #expect(
      recording.lines == [
        "5 5 execve:program:ok 110", "exec 5 5 a 110", "5 5 execve:procself:ok 130",
        "exec 5 5 web?server 130", "5 5 brk:query 141",
      ])
  }

  @Test func unknownCallsAreTheUnknownState() throws {
    let recording = try ImportedRecording("1 5 5 sh brandnew 0 0 0 0 0 0 0 1 - -\n")
    #expect(recording.lines == ["exec 5 5 sh 2", "5 5 unknown 2"])
    #expect(recording.unknownCallCount == 1)
    #expect(recording.names.count == 1)
  }

  @Test func cuttingTheTextAnywhereChangesNothing() throws {
    let bytes = try Self.fixture()
    let whole = try ImportedRecording(bytes: bytes)
    for chunk in [1, 2, 7, 101, 4096] {
      let cut = try ImportedRecording(bytes: bytes, chunk: chunk)
      #expect(cut.records == whole.records)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let dos = try ImportedRecording(text.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(dos.records == whole.records)
  }

  /// Wherever the text is cut.
  @Test(arguments: [1000, 65_536, 65_537, 65_538, .max])
  func aLineOverTheLimitIsRefused(chunk: Int) throws {
    let start = "1 5 5 sh brk 0 0 0 0 0 0 0 1 - /"
    func text(_ length: Int) -> String {
      "\n" + start + String(repeating: "x", count: length - start.utf8.count) + "\n"
    }
    #expect(try ImportedRecording(text(65_536), chunk: chunk).lines.count == 2)
    #expect(
      throws: RecordingError.line(file: "a.txt", number: 2, .tooLong(limit: 65_536))
    ) { try ImportedRecording(text(65_537), chunk: chunk) }
  }

  @Test func shufflingWithinTheWindowChangesNothing() throws {
    let text = String(decoding: try Self.fixture(), as: UTF8.self)
    let lines = text.split(separator: "\n")
    let sorted = try ImportedRecording(text)
    var random = SplitMix64(seed: 9)
    var shuffled: [Substring] = []
    for start in stride(from: 0, to: lines.count, by: 8) {
      shuffled += lines[start..<min(start + 8, lines.count)].shuffled(using: &random)
    }
    #expect(shuffled != lines)
    // A thread-making call takes two places, so a window of 16 holds eight lines of any kind.
    let restored = try ImportedRecording(shuffled.joined(separator: "\n"), window: 64)
    #expect(restored.records == sorted.records)
  }

  @Test func aLineBeyondTheWindowIsAnError() {
    let early = "50 5 5 sh brk 0 0 0 0 0 0 0 1 - -\n"
    let later = (0..<100).map { "\(1000 + $0) 5 5 sh brk 0 0 0 0 0 0 0 1 - -\n" }.joined()
    #expect(throws: Never.self) { try ImportedRecording(later + early, window: 101) }
    #expect {
      try ImportedRecording(later + early, window: 10)
    } throws: { error in
      error as? RecordingError
        == .outOfOrder(file: "a.txt", number: 101, nanoseconds: 1039, window: 10)
    }
  }

  @Test func aRealRecordingKeepsItsPromises() throws {
    let bytes = try Self.fixture()
    let recording = try ImportedRecording(bytes: bytes)
    #expect(recording.unknownCallCount == 0)
    var events = 0
    var born: Set<UInt32> = []
    var seen: Set<UInt32> = []
    var last: UInt64 = 0
    var counts = (forks: 0, execs: 0, exits: 0)
    for record in recording.records {
      switch record {
      case .event(let event):
        events += 1
        #expect(event.time >= last)
        last = event.time
        #expect(recording.names[event.state] != nil && event.state != 0)
        seen.insert(event.thread.tid)
      case .fork(let parent, let child, let time):
        counts.forks += 1
        #expect(time >= last)
        #expect(seen.contains(parent.tid) || parent.tid == 13884)
        #expect(born.insert(child.tid).inserted && !seen.contains(child.tid))
      case .exec(_, let name, _):
        counts.execs += 1
        #expect(name.count > 0)
      case .exit(let thread, _):
        counts.exits += 1
        #expect(seen.contains(thread.tid))
      case .lost: Issue.record("nothing was lost")
      }
    }
    #expect(events == 345)
    #expect(seen == born.union([13884]))
    let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(counts.forks == text.count { $0.contains(" clone ") || $0.contains(" vfork ") })
    // One more names the server, which ran before.
    #expect(counts.execs == 1 + text.count { $0.contains(" execve ") })
    #expect(counts.exits == text.count { $0.contains(" exit_group ") })
    #expect(counts.forks > 5 && counts.execs == 6 && counts.exits > 5)
  }

  static func fixture() throws -> [UInt8] {
    let url = try #require(
      Bundle.module.url(
        forResource: "busybox-httpd.recording", withExtension: "txt", subdirectory: "Fixtures"))
    return Array(try Data(contentsOf: url))
  }
}
