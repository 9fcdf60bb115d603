import Foundation
import KernelTrace
import Scoring
import TestSupport
import Testing

@testable import Player

@Suite struct AlertLogTests {
  private let incident = Incident(
    number: 1, thread: ThreadID(pid: 10, tid: 10), time: 5, killTime: nil)

  private func isJSON(_ line: Substring) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil
  }

  /// A verdict whose explanation has more than the 8192 bytes of a small pipe.
  private func verdict(_ scorer: inout Scorer) throws -> Verdict {
    for index in 1...64 {
      let scored = scorer.score(TestModel.thread, state: index % 9, time: 0)
      if let verdict = scored.verdict { return verdict }
    }
    throw CancellationError()
  }

  private let model = TestModel(
    TestModel.tcn(
      vocabulary: 9, channels: 4, kernel: 2, dilations: [1], activation: .relu, isTied: false),
    seed: 6, window: 64, minimumEvents: 64, threshold: 0.01)

  @Test func timesAreWholeMicroseconds() throws {
    let details = AlertDetails(response: .alerted, delay: 230_999, service: ProgramName())
    #expect(try written { $0.put(details) }.hasSuffix(#","action":"alerted","delay_us":230"#))
    let overload = try written { $0.putOverload(shares: 1, lag: 120_000_999, at: 5) }
    #expect(
      overload
        == #"{"overload":"shedding","time_ns":5,"shares_shed":1,"shares":16,"lag_us":120000}"#)
  }

  @Test func anAlertWaitsForNoReaderAndTheNextOneBeginsALine() throws {
    let pipe = try SmallPipe()
    var options = AlertOptions()
    options.explains = true
    var alerts = AlertLog(options, dup(pipe.writer))
    var scorer = model.scorer(threads: 2)
    let verdict = try verdict(&scorer)
    let details = AlertDetails(response: .alerted, delay: 0, service: ProgramName())
    alerts.put(verdict, by: scorer, details, at: 0)
    var undelivered = alerts.undelivered
    #expect(undelivered == 1)
    // There is no room for a byte.
    alerts.put(incident)
    undelivered = alerts.undelivered
    #expect(undelivered == 2)
    #expect(pipe.read().utf8.count == 8192)
    alerts.put(incident)
    alerts.put(incident)
    let lines = pipe.read().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.map(isJSON) == [false, true, true, false])
    #expect(lines.first == "" && lines.last == "")
    undelivered = alerts.undelivered
    #expect(undelivered == 2)
    // Its end belongs to the test.
    #expect(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK == 0)
  }

  /// As on a disk that was full, whose file is then moved away.
  @Test func aFileThatIsOpenedAnewBeginsWithALineAndALossIsToldOnce() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("alerts")
    mkfifo(path, 0o600)
    let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    var options = AlertOptions()
    options.explains = true
    options.file = WatchBench.kept(path)
    var alerts = try AlertLog.opening(options)
    _ = fcntl(reader, 1031 /* F_SETPIPE_SZ */, 4096)
    var isFirst = alerts.takeFirstLoss()
    #expect(!isFirst)
    var scorer = model.scorer(threads: 2)
    let verdict = try verdict(&scorer)
    let details = AlertDetails(response: .alerted, delay: 0, service: ProgramName())
    for _ in 1...2 { alerts.put(verdict, by: scorer, details, at: 0) }
    isFirst = alerts.takeFirstLoss()
    #expect(isFirst)
    isFirst = alerts.takeFirstLoss()
    #expect(!isFirst)
    // The same pipe, in which a line has no end yet.
    var code = alerts.reopen()
    #expect(code == 0)
    var torn = [UInt8](repeating: 0, count: 4096)
    let count = read(reader, &torn, torn.count)
    #expect(count == 4096)
    alerts.put(incident)
    let next = read(reader, &torn, torn.count)
    #expect(next > 1 && torn[0] == UInt8(ascii: "\n"))
    alerts.put(verdict, by: scorer, details, at: 0)
    unlink(path)
    code = alerts.reopen()
    #expect(code == 0)
    alerts.put(incident)
    let text = String(decoding: try directory.read("alerts"), as: UTF8.self)
    #expect(
      text.split(separator: "\n", omittingEmptySubsequences: false).map(isJSON) == [true, false])
  }

  @Test func aNamedPipeNeedsNoReader() throws {
    let directory = try TemporaryDirectory()
    mkfifo(directory.file("pipe"), 0o600)
    var options = AlertOptions()
    options.file = WatchBench.kept(directory.file("pipe"))
    var alerts = try AlertLog.opening(options)
    var isWaiting = alerts.isWaitingForReader
    alerts.put(incident)
    let code = alerts.reopen()
    var undelivered = alerts.undelivered
    #expect(isWaiting && code == ENXIO && undelivered == 1)

    let reader = open(directory.file("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    alerts.put(incident)
    isWaiting = alerts.isWaitingForReader
    undelivered = alerts.undelivered
    #expect(!isWaiting && undelivered == 1)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(reader, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    #expect(text.hasSuffix("}\n") && isJSON(text.dropLast()))
  }

  @Test func whatIsNoFileAndNoPipeIsRefused() throws {
    let directory = try TemporaryDirectory()
    var options = AlertOptions()
    options.file = WatchBench.kept(directory.file("none/alerts"))
    do throws(FileFailure) {
      _ = try AlertLog.opening(options)
      Issue.record("it is opened")
    } catch {
      #expect(error.failure.exitCode == .inputOutput)
    }
  }
}
