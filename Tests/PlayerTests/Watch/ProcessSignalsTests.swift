import CPlatform
import Foundation
import TestSupport
import Testing

@testable import Player

@Suite struct ProcessSignalsTests {
  private let signals = ProcessSignals()

  /// A child that sleeps, and is killed and reaped in the end.
  private func withChild(_ body: (UInt32) throws -> Void) throws {
    var pid: pid_t = 0
    let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("60"), nil]
    defer { for argument in arguments { free(argument) } }
    try #require(posix_spawn(&pid, "/bin/sleep", nil, nil, arguments, nil) == 0)
    defer {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    try body(UInt32(pid))
  }

  /// Why there is no handle; 0 where there is one.
  private func failure(of pid: UInt32, begunBy time: UInt64) -> Int32 {
    do throws(SignalFailure) {
      signals.release(try signals.handle(of: pid, begunBy: time))
      return 0
    } catch {
      return error.code
    }
  }

  private func state(_ pid: UInt32) -> Character? {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    return text.split(separator: ")").last?.dropFirst().first
  }

  @Test func aProcessIsStoppedAndKilledThroughItsHandle() throws {
    try withChild { pid in
      let handle = try signals.handle(of: pid, begunBy: mle_now())
      #expect(handle.pid == pid && handle.startTick > 0)
      #expect(signals.send(ProcessSignals.stop, to: handle) == 0)
      #expect(eventually { state(pid) == "T" })
      #expect(signals.send(ProcessSignals.kill, to: handle) == 0)
      #expect(eventually { state(pid) == "Z" })
      signals.release(handle)
    }
  }

  @Test func aProcessThatBeganLaterIsNotTheOneThatActed() throws {
    // The time of something that happened under the same number before it.
    let before = mle_now() - 20_000_000
    try withChild { pid in
      #expect(failure(of: pid, begunBy: before) == SignalFailure.ended)
      #expect(state(pid) != "T")
    }
  }

  @Test func withoutADescriptorTheStartIsComparedBeforeEverySignal() throws {
    try withChild { pid in
      let handle = try signals.handle(of: pid, begunBy: mle_now())
      signals.release(handle)
      let old = ProcessHandle(pid: pid, startTick: handle.startTick, descriptor: -1)
      #expect(signals.send(0, to: old) == 0)
      let another = ProcessHandle(pid: pid, startTick: handle.startTick - 1, descriptor: -1)
      #expect(signals.send(ProcessSignals.kill, to: another) == 3)
      usleep(20_000)
      // It may not have begun to sleep.
      #expect(eventually { state(pid) == "S" })
    }
  }

  @Test func aProcessThatHasEndedHasNoHandle() throws {
    var ended: UInt32 = 0
    try withChild { ended = $0 }
    #expect(failure(of: ended, begunBy: mle_now()) == SignalFailure.ended)
  }

  @Test func aLackOfDescriptorsIsNotAnEnd() throws {
    var ended: UInt32 = 0
    try withChild { ended = $0 }
    try withChild { pid in
      let gone = ended
      try withoutDescriptors {
        #expect(failure(of: pid, begunBy: mle_now()) == EMFILE)
        #expect(failure(of: gone, begunBy: mle_now()) == ESRCH)
      }
      #expect(failure(of: pid, begunBy: mle_now()) == 0)
    }
  }

  @Test func handlesLeaveNoDescriptors() throws {
    let tooEarly = mle_now() - 20_000_000
    let count = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    try withChild { pid in
      let before = try count()
      for _ in 0..<500 {
        let handle = try signals.handle(of: pid, begunBy: mle_now())
        signals.release(handle)
        #expect(failure(of: pid, begunBy: tooEarly) == SignalFailure.ended)
      }
      // Other tests open some at the same time.
      #expect(try count() < before + 100)
    }
  }
}
