import Foundation
import TestSupport
import Testing
import TraceData

/// Memory for scoring that the system does not give.
@Suite struct ScoringMemoryTests {
  @Test func refusedMemoryIsAnError() throws {
    let directory = try TemporaryDirectory()
    // A thread of this network takes 1.8 MB, and 3000 live side by side.
    let network = TestModel(
      TestModel.tcn(
        vocabulary: 4, channels: 64, kernel: 2, dilations: Array(repeating: 1024, count: 7),
        activation: .relu, isTied: true), seed: 1)
    let model = try directory.write(try network.description.encoded(), to: "model.mle")
    let data = directory.file("data.h5")
    let writer = try TraceDatasetWriter(path: data, source: "t", createdBy: "t")
    for number in 1...3000 as ClosedRange<UInt32> {
      let sequence = writer.begin(SequenceEntry(pid: number, tid: number, start: UInt64(number)))
      try writer.append(7, at: UInt64(number), to: sequence)
      try writer.append(7, at: 10_000, to: sequence)
    }
    try writer.finish()
    let outcome = try Program(path: "/bin/sh").run([
      "-c", "ulimit -v 4194304; exec \"$@\"", "sh", Program.trainer.path, "evaluate", model,
      "--normal", data,
    ])
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errorLines.count == 1, "\(outcome)")
    #expect(
      outcome.errors.hasPrefix(
        "mle-trainer: \(data): 3000 sequences are alive at the same time, and there are no "),
      "\(outcome)")
  }
}
