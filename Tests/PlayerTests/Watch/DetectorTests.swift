import Foundation
import KernelTrace
import TestSupport
import Testing

@testable import Player

@Suite struct DetectorTests {
  private let directory: TemporaryDirectory
  private let thread = ThreadID(pid: 5, tid: 5)

  init() throws { directory = try TemporaryDirectory() }

  private func choice(_ file: String, fallback: String? = nil) -> ModelChoice {
    ModelChoice(
      program: nil, file: WatchBench.kept(directory.file(file)),
      fallback: fallback.map { WatchBench.kept(directory.file($0)) })
  }

  private func event(_ index: Int) -> TraceEvent {
    TraceEvent(thread: thread, state: WatchBench.states[index % 8], time: 0)
  }

  @Test func aReloadOfTheSameNetworkKeepsEveryThread() throws {
    _ = try WatchBench.blob(isTouchy: false, in: directory, "m")
    var detector = try Detector.starting(choice("m"), threads: 4) { _ in }
    var witness = try Detector.starting(choice("m"), threads: 4) { _ in }
    for index in 0..<20 {
      let (found, expected) = (detector.score(event(index)), witness.score(event(index)))
      #expect(found.surprise == expected.surprise)
    }
    _ = try WatchBench.blob(isTouchy: true, in: directory, "m")
    let reload = try detector.reload()
    #expect(reload == .keptThreads)
    // The next surprise depends on all that was before; the threshold is the new one.
    let scored = detector.score(event(20))
    let expected = witness.score(event(20))
    #expect(scored.surprise == expected.surprise)
    #expect(scored.verdict != nil)
    let passes = detector.passesSelfTest()
    #expect(passes)
  }

  @Test func aReloadOfAnotherNetworkBeginsAnew() throws {
    _ = try WatchBench.blob(isTouchy: false, in: directory, "m")
    var detector = try Detector.starting(choice("m"), threads: 4) { _ in }
    for index in 0..<20 { _ = detector.score(event(index)) }
    _ = try WatchBench.blob(isTouchy: false, seed: 7, in: directory, "m")
    let reload = try detector.reload()
    #expect(reload == .startedAnew)
    #expect(detector.session.scorer.pastEvents(of: thread) == 0)
    var fresh = try Detector.starting(choice("m"), threads: 4) { _ in }
    for index in 0..<20 {
      let (found, expected) = (detector.score(event(index)), fresh.score(event(index)))
      #expect(found.surprise == expected.surprise)
    }
  }

  @Test func aRefusedReloadLeavesTheBlobAtWork() throws {
    _ = try WatchBench.blob(isTouchy: true, in: directory, "m")
    var detector = try Detector.starting(choice("m"), threads: 4) { _ in }
    var witness = try Detector.starting(choice("m"), threads: 4) { _ in }
    let bytes = try directory.read("m")
    for damaged in [[], Array(bytes.dropLast()), [0] + bytes.dropFirst()] {
      _ = try directory.write(damaged, to: "m")
      #expect(throws: FileFailure.self) { _ = try detector.reload() }
      let (found, expected) = (detector.score(event(3)), witness.score(event(3)))
      #expect(found.surprise == expected.surprise)
    }
    try FileManager.default.removeItem(atPath: directory.file("m"))
    #expect(throws: FileFailure.self) { _ = try detector.reload() }
    let passes = detector.passesSelfTest()
    #expect(passes)
  }

  @Test func aFallbackIsTakenWhereTheConfiguredBlobIsRefused() throws {
    _ = try directory.write([1, 2, 3], to: "bad")
    _ = try WatchBench.blob(isTouchy: false, in: directory, "good")
    var refusals = 0
    let detector = try Detector.starting(choice("bad", fallback: "good"), threads: 4) { _ in
      refusals += 1
    }
    #expect(detector.isFallback && refusals == 1)
    let whole = try Detector.starting(choice("good", fallback: "bad"), threads: 4) { _ in
      refusals += 1
    }
    #expect(!whole.isFallback && refusals == 1)
    #expect(throws: FileFailure.self) {
      _ = try Detector.starting(choice("bad", fallback: "bad"), threads: 4) { _ in }
    }
  }

  @Test func aBlobOfAnotherAlphabetIsRefused() throws {
    let foreign = TestModel(
      TestModel.tcn(
        vocabulary: 9, channels: 4, kernel: 2, dilations: [1], activation: .relu, isTied: false),
      seed: 1)
    _ = try directory.write(foreign.description.encoded(), to: "m")
    do throws(FileFailure) {
      _ = try Detector.starting(choice("m"), threads: 4) { _ in }
      Issue.record("it is taken")
    } catch {
      #expect(error.failure.message.text.hasPrefix("knows no system call"))
    }
  }

  @Test func theHighestScoreIsKept() throws {
    _ = try WatchBench.blob(isTouchy: false, in: directory, "m")
    var detector = try Detector.starting(choice("m"), threads: 4) { _ in }
    var highest: Float = 0
    for index in 0..<50 {
      highest = max(highest, detector.score(event(index * index)).scores[0].nats)
      #expect(detector.highest[0].nats == highest)
    }
    #expect(highest > 0)
  }
}
