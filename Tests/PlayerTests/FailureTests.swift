import KernelTrace
import ModelFormat
import Testing

@testable import Player
@testable import Scoring

@Suite struct FailureTests {
  private static let mismatch = GoldenMismatch(
    event: 3, expected: Surprise(units: 5), found: Surprise(units: 6))

  @Test func everyFailureHasItsStatus() {
    let statuses: [(Failure, Int32)] = [
      (.cannotOpen(code: 2), 66), (.cannotOpen(code: 13), 77), (.cannotOpen(code: 1), 77),
      (.cannotOpen(code: 24), 66), (.cannotRead(code: 5), 74), (.cannotRead(code: 21), 66),
      (.cannotWrite, 74), (.noMemory(byteCount: 1), 70), (.notAFile, 66), (.emptyFile, 66),
      (.noEvents, 66), (.model(.notABlob), 65), (.selfTest(Self.mismatch), 70),
      (.text(.lineTooLong, line: 1), 65), (.foreignStates, 65), (.tooLong(limit: 1), 65),
      (.cgroupCannotFreeze, 66), (.cutOffBeforeEvents(offset: 9), 65),
    ]
    for (failure, status) in statuses {
      #expect(failure.exitCode.rawValue == status, "\(failure)")
    }
  }

  @Test func everyFailureSaysAFactAndWhatToDo() {
    let failures: [Failure] = [
      .cannotOpen(code: 2), .cannotOpen(code: 13), .cannotRead(code: 21), .cannotWrite,
      .noMemory(byteCount: 4096), .notAFile, .emptyFile, .noEvents, .model(.notABlob),
      .selfTest(Self.mismatch), .text(.lineTooLong, line: 1), .foreignStates, .tooLong(limit: 1),
      .cgroupCannotFreeze, .cutOffBeforeEvents(offset: 9), .cannotCreate(code: 4),
      .captureNotWritten(code: 4),
    ]
    for failure in failures {
      let text = failure.message.text
      #expect(text.contains("; "), "\(text)")
      #expect(!text.contains("#") && !text.contains("@"), "\(text)")
    }
    #expect(Failure.noMemory(byteCount: 4096).message.text.hasPrefix("4096 bytes"))
    #expect(
      Failure.selfTest(Self.mismatch).message.text.hasPrefix("golden event 3 scores 6 instead of 5")
    )
  }
}
